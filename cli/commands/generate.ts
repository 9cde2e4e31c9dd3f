import { relative } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { worldOptions } from '../../generator/world/options.ts';
import { type WrittenWorld, writeWorld } from '../../generator/world/write-world.ts';
import type { GlobalOptions } from '../context.ts';
import { bytesText, countText, plural } from '../output/sizes.ts';

interface GenerateOptions extends GlobalOptions {
  readonly events: number;
  readonly days: number;
  readonly seed: number;
  readonly out: string;
  readonly gzip?: true;
}

export function generateCommand(): Command {
  return new Command('generate')
    .description('Make coherent data of all entities: CloudEvents JSON Lines and CSV files, with what is true of them.')
    .option('--events <n>', 'about so many lines of all streams together', parseNumber, 100_000)
    .option('--days <n>', 'days on which they happen, from 2026-01-01 on', parseNumber, 30)
    .option('--seed <n>', 'other data; the same options give the same bytes', parseNumber, 7)
    .option(
      '--out <dir>',
      'where to: an empty folder, or one with a generated world, which is replaced',
      parseFolder,
      'generated',
    )
    .option('--gzip', 'compress the files')
    .action(async ({ events, days, seed, out, gzip, warehouse }: GenerateOptions) => {
      if (warehouse !== undefined)
        throw new UsageError('generate writes files, to be ingested afterwards: leave out --warehouse, use --out');
      const written = await writeWorld(worldOptions({ events, days, seed }), out, gzip ?? false);
      process.stdout.write(reportText(written, out));
    });
}

function parseNumber(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number))
    throw new InvalidArgumentError('Expected a number, such as 1000.');
  return number;
}

function parseFolder(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('Expected a folder; the current one is "--out .".');
  return text;
}

function reportText({ events, drops, rows, truth }: WrittenWorld, out: string): string {
  const files = drops.reduce((sum, drop) => sum + drop.files, 0);
  return `${countText(events.lines)} events (${bytesText(events.bytes)}) and ${countText(rows)} rows in ${plural(files, 'CSV file')}: ${shown(out)}
What is true of them: ${shown(truth)}
Next:
sluice ingest ${shown(events.folder)}
${drops.map(({ entity, folder }) => `sluice ingest --entity ${entity} ${shown(folder)}`).join('\n')}
sluice run
`;
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}
