import { contract } from '../../core/contract/contract.ts';
import { optional, text, timestamp } from '../../core/contract/field.ts';
import { hmac } from '../contract/protected-values.ts';
import type { Received } from '../contract/run-model.ts';

export const words = contract({
  entity: 'words',
  version: 1,
  meaning: 'A word.',
  fields: {
    word_id: text({ meaning: 'Which.' }),
    word: optional(text({ pii: 'direct', meaning: 'The word.' })),
    said_at: timestamp({ meaning: 'When.' }),
  },
  eventTime: 'said_at',
  key: ['word_id'],
});

export const DAY = '2026-01-01';

/** Records of words, in their order; bare ones are known by their payload. */
export function said(some: readonly (string | null)[], bare: boolean): Received[] {
  return some.map((word, index) => {
    const data = { word_id: String(index).padStart(6, '0'), word, said_at: `${DAY}T00:00:00Z` };
    const payload = JSON.stringify(bare ? data : { type: 'words', data });
    const envelope = bare ? {} : { id: 'e', source: 's', type: 'words' };
    return { ...envelope, payload, file_hash: 'f', line: index, ingest_date: DAY, event_date: DAY };
  });
}

/** What silver must hold of them. */
export function told(some: readonly (string | null)[], bare: boolean): { id: string; word: string | null }[] {
  const records = said(some, bare);
  // An empty text counts as none.
  return some.map((word, i) => ({ id: bare ? hmac(records[i]!.payload) : 'e', word: word ? hmac(word) : null }));
}

/** Id and word of the rows of silver, in the order of the records. */
export function heard(rows: readonly Readonly<Record<string, string | null>>[]) {
  const inOrder = rows.toSorted((a, b) => (a.word_id! < b.word_id! ? -1 : 1));
  return inOrder.map(({ id, word }) => ({ id, word }));
}

/** Texts that JSON, SQL, Unicode or the blocks of SHA-256 may stumble over. */
export const ODD: readonly (string | null)[] = [
  ...['', null, 'a', 'A', ' a', 'a ', "it's", '"', '\\', '\\n', '\n', '\t', '{', '[1]', 'null', 'true', '%', '$1'],
  ...['\u0000', 'a\u0000b', '\u0001', '\u007f', '\u200b', '\ufeff', '\uffff', '\u{10ffff}', '\u2028'],
  ...['é', 'e\u0301', 'ß', 'İ', '漢字', '😀', '👨‍👩‍👧', '٣', '1e3', '007', '1.50'],
  ...[55, 56, 63, 64, 65, 119, 120, 128, 10_000, 1_000_000].map((length) => 'x'.repeat(length)),
  '😀'.repeat(50_000),
];
