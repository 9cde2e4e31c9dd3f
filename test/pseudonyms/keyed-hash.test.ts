import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { contract } from '../../core/contract/contract.ts';
import { optional, text, timestamp } from '../../core/contract/field.ts';
import { silverModel } from '../../core/contract/silver-model.ts';
import { hmac } from '../contract/protected-values.ts';
import { modelRunner, PRELUDE } from '../contract/run-model.ts';

const words = contract({
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
const model = silverModel(words, PRELUDE);
const DAY = '2026-01-01';

let runner: Awaited<ReturnType<typeof modelRunner>>;
beforeAll(async () => {
  runner = await modelRunner();
});
afterAll(() => runner.close());

/** What silver holds of some words. */
async function hashesOf(some: readonly (string | null)[], bare: boolean): Promise<(string | null)[]> {
  const records = some.map((word, index) => {
    const data = { word_id: String(index).padStart(6, '0'), word, said_at: `${DAY}T00:00:00Z` };
    const payload = JSON.stringify(bare ? data : { type: 'words', data });
    const envelope = bare ? {} : { id: 'e', source: 's', type: 'words' };
    return { ...envelope, payload, file_hash: 'f', line: index, ingest_date: DAY, event_date: DAY };
  });
  const { rows, complaints } = await runner.build(model, records, [DAY]);
  expect(complaints).toEqual([]);
  const silver = rows.get('silver.words')!.toSorted((a, b) => (a.word_id! < b.word_id! ? -1 : 1));
  if (bare) expect(silver.map(({ id }) => id)).toEqual(records.map(({ payload }) => hmac(payload)));
  return silver.map(({ word }) => word!);
}

/** An empty text counts as none. */
const told = (word: string | null) => (word ? hmac(word) : null);

const ODD = [
  ...[
    'a',
    'A',
    ' a',
    'a ',
    "it's",
    '"',
    '\\',
    '\\n',
    '\n',
    '\t',
    '\u0000',
    'a\u0000b',
    '\u0001',
    '{',
    '[1]',
    'null',
    'true',
    '%',
    '$1',
  ],
  ...[
    'é',
    'e\u0301',
    'ß',
    'İ',
    '漢字',
    '😀',
    '👨‍👩‍👧',
    '\u200b',
    '\ufeff',
    '\uffff',
    '\u{10ffff}',
    '٣',
    '1e3',
    '007',
    '1.50',
  ],
  ...[55, 56, 63, 64, 65, 119, 120, 128, 10_000, 1_000_000].map((length) => 'x'.repeat(length)),
  '😀'.repeat(50_000),
];

it('HMAC-SHA256 of odd texts is what node has, null stays null', async () => {
  const all = [...ODD, '', null];
  expect(await hashesOf(all, false)).toEqual(all.map(told));
  expect(await hashesOf(all, true)).toEqual(all.map(told));
});

it('HMAC-SHA256 of any text is what node has', async () => {
  const unit = fc.oneof(fc.constantFrom<'binary' | 'grapheme'>('binary', 'grapheme'));
  const word = unit.chain((kind) => fc.string({ unit: kind, maxLength: 200, size: 'max' }));
  const some = fc.array(fc.option(word), { maxLength: 40, size: 'max' });
  await fc.assert(
    fc.asyncProperty(some, fc.boolean(), async (drawn, bare) => {
      expect(await hashesOf(drawn, bare)).toEqual(drawn.map(told));
    }),
    { numRuns: 25 },
  );
});
