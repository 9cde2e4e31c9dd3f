import { classifier } from '../../../core/bronze/classify.ts';
import { type Line, LineSplitter } from '../../../core/bronze/line-splitter.ts';
import { UsageError } from '../../../core/errors.ts';
import type { FileToLoad } from '../../../core/ports/bulk-loader.ts';
import { fileBytes } from './file-bytes.ts';
import { arrivalOf, fileRow } from './file-row.ts';
import type { Load } from './file-to-load.ts';
import type { RowWriter } from './row-writer.ts';

/** A longer line does not fit into a JavaScript string with room to work. */
const LONGEST_LINE = 1 << 28;

/** Loads JSON Lines by the reference rules, whatever its bytes. Returns the number of records. */
export async function loadLines(file: FileToLoad, load: Load, writer: RowWriter): Promise<number> {
  const { bytes: classify } = classifier(load.routing, file.entity);
  const arrival = arrivalOf(file);
  const splitter = new LineSplitter();
  let records = 0;
  const take = ({ number, bytes }: Line): boolean => {
    records++;
    return writer.add(file.ingestDate, fileRow(file, number, classify(bytes, arrival)));
  };
  for await (const piece of fileBytes(file)) {
    for (const line of splitter.push(piece)) if (take(line)) await writer.flush();
    if (splitter.pending > LONGEST_LINE) {
      throw new UsageError(`${file.path}: a line is longer than 256 MiB. Is it JSON Lines, one record a line?`);
    }
  }
  for (const line of splitter.end()) take(line);
  return records;
}
