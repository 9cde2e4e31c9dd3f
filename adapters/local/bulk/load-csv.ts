import { isUtf8 } from 'node:buffer';
import type { ClassifiedRecord } from '../../../core/bronze/bronze-row.ts';
import { checkColumns } from '../../../core/bronze/check-columns.ts';
import { classifier } from '../../../core/bronze/classify.ts';
import { csvPayload } from '../../../core/bronze/csv-payload.ts';
import { CsvReader, type CsvRecord } from '../../../core/bronze/csv-reader.ts';
import type { FileToLoad } from '../../../core/ports/bulk-loader.ts';
import { fileBytes } from './file-bytes.ts';
import { arrivalOf, fileRow } from './file-row.ts';
import type { Load } from './file-to-load.ts';
import type { RowWriter } from './row-writer.ts';

/**
 * Loads a CSV file of bare records. Returns the number of records, the header not counted. A header without the required
 * fields of the entity throws a UsageError.
 */
export async function loadCsv(file: FileToLoad, load: Load, writer: RowWriter): Promise<number> {
  try {
    return await loadText(file, load, writer, 'utf-8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    // Some record is not UTF-8. Read again a byte a character, which every file allows, and decode record by record.
    await writer.discard();
    return loadText(file, load, writer, 'latin1');
  }
}

async function loadText(
  file: FileToLoad,
  load: Load,
  writer: RowWriter,
  encoding: 'utf-8' | 'latin1',
): Promise<number> {
  const entity = load.routing.find((route) => route.entity === file.entity)!;
  const { text: classify, unreadable } = classifier(load.routing, entity.entity);
  const arrival = arrivalOf(file);
  const restore = encoding === 'latin1' ? fromBytes : (text: string) => text;
  let columns: readonly string[] | undefined;
  let payload: (fields: readonly (string | null)[]) => string;
  let records = 0;

  const classified = ({ fields, raw }: CsvRecord): ClassifiedRecord => {
    if (encoding === 'latin1' && !isUtf8(Buffer.from(raw, 'latin1'))) return unreadable('not_utf8', btoa(raw), arrival);
    if (fields?.length !== columns!.length) return unreadable('bad_csv', restore(raw), arrival);
    return classify(payload(fields.map((field) => field && restore(field))), arrival);
  };
  const take = (record: CsvRecord): boolean => {
    if (!columns) {
      const names = (record.fields ?? [record.raw]).map((name) =>
        restore(name ?? '')
          .replace('\ufeff', '')
          .trim(),
      );
      columns = checkColumns(file.path, entity.entity, names, entity.requiredFields);
      payload = csvPayload(columns);
      return false;
    }
    records++;
    return writer.add(file.ingestDate, fileRow(file, records, classified(record)));
  };

  const reader = new CsvReader();
  const decode = decoder(encoding);
  for await (const piece of fileBytes(file)) {
    for (const record of reader.push(decode(piece))) if (take(record)) await writer.flush();
  }
  decode();
  for (const record of reader.end()) take(record);
  return records;
}

/** Decodes pieces of a file; the call without one ends it. Invalid UTF-8 throws. */
function decoder(encoding: 'utf-8' | 'latin1'): (piece?: Uint8Array) => string {
  if (encoding === 'latin1') return (piece = new Uint8Array()) => Buffer.from(piece).toString('latin1');
  // The byte order mark is dropped here, in the other case with the header.
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  return (piece) => (piece ? utf8.decode(piece, { stream: true }) : utf8.decode());
}

function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
