import { Command } from 'commander';
import { loadFiles } from '../../adapters/local/bulk/load-files.ts';
import { findFiles, hashFile } from '../../adapters/local/find-files.ts';
import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import type { Day } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import { arrivalOf } from '../../core/ingest/arrival.ts';
import { type IngestReport, ingest } from '../../core/ingest/ingest.ts';
import { suggestion } from '../../core/model/project.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { type GlobalOptions, newId, type Start } from '../context.ts';
import { EXIT, ExitError } from '../exit.ts';
import { type LocalContext, openLocalContext } from '../here/local-context.ts';
import { formatOption, parseDay } from '../options.ts';
import { ProgressLine } from '../output/progress.ts';
import { countText, plural } from '../output/sizes.ts';
import { textTable } from '../output/text-table.ts';

interface IngestOptions extends GlobalOptions {
  readonly entity?: string;
  readonly arrival?: Day;
  readonly format: string;
}

export function ingestCommand(start: Start): Command {
  return new Command('ingest')
    .description(
      'Take files into bronze: CloudEvents as JSON Lines or, with --entity, bare CSV, JSON Lines or Parquet (text formats also .gz).',
    )
    .argument(
      '<path...>',
      'files, or folders to take all files below them; a folder ingest_date=YYYY-MM-DD gives the arrival date',
    )
    .option('--entity <name>', 'the records are bare data of this entity, without a CloudEvents envelope')
    .option('--arrival <date>', 'the day they arrived (default: by the folder, else today, UTC)', parseDay)
    .addOption(formatOption(['table', 'json']))
    .action(async (paths: string[], options: IngestOptions) => {
      const context = await openLocalContext(start, options, {
        mustExist: false,
        onAws: 'On AWS put the files into the landing bucket: docs/producers.md says how.',
      });
      const report = await ingestPaths(context, paths, options);
      process.stdout.write(options.format === 'json' ? reportJson(report) : reportText(report));
      for (const { error } of report.failures) process.stderr.write(`rejected: ${error.message}\n`);
      if (report.failures.length > 0) throw new ExitError(EXIT.failed);
    });
}

/** Finds, hashes and ingests files. */
export async function ingestPaths(
  context: LocalContext,
  paths: readonly string[],
  options: Pick<IngestOptions, 'entity' | 'arrival'>,
): Promise<IngestReport> {
  const entity = options.entity ?? null;
  const entities = context.project.contracts.map((contract) => contract.entity);
  if (entity !== null && !entities.includes(entity)) {
    throw new UsageError(
      `there is no entity ${entity}${suggestion(entity, entities)}\nThe contracts are ${[...entities].sort().join(', ')}.`,
    );
  }
  const { files: found, skipped } = await findFiles(paths);
  for (const path of skipped) process.stderr.write(`skipped ${path}: not .jsonl, .ndjson, .json, .csv or .parquet\n`);
  const bare = found.find(({ format }) => format.kind !== 'json-lines');
  if (bare && entity === null) {
    throw new UsageError(
      `${bare.path}: records in a ${bare.format.kind} file have no envelope that names their entity; add --entity (${entities.join(', ')})`,
    );
  }
  const progress = new ProgressLine();
  const now = context.clock();
  const files: FileToLoad[] = [];
  for (const [index, { path, format, arrival }] of found.entries()) {
    progress.show(`reading ${index + 1} of ${found.length}: ${path}`);
    const arrived = arrivalOf(options.arrival ?? arrival, now, now);
    if (!arrived.ok) throw new UsageError(`${path}: ${arrived.problem}; nothing was ingested`);
    const { ingestDate, arrivedAt } = arrived;
    files.push({ path, format, hash: await hashFile(path), entity, ingestDate, arrivedAt });
  }
  progress.show(`loading ${plural(files.length, 'file')}`);
  const { warehouse, project } = context;
  const routing = project.contracts.map(routeOf);
  const report = await ingest({
    log: context.log,
    load: (fresh, id) => loadFiles(fresh, { warehouse, id, routing }),
    files,
    routing,
    newId: () => newId(context.clock()),
    clock: context.clock,
  });
  progress.clear();
  return report;
}

function reportText({ loaded, known, failures, records }: IngestReport): string {
  const lines: string[] = [];
  if (records.size > 0) {
    const rows = [...records].sort().map(([entity, count]) => [`bronze.${entity}`, countText(count)]);
    lines.push(textTable(['table', 'records'], rows, [1]).trimEnd());
  }
  const total = [...records.values()].reduce((sum, count) => sum + count, 0);
  if (loaded.length > 0) lines.push(`Ingested ${plural(total, 'record')} from ${plural(loaded.length, 'file')}.`);
  if (known.length > 0) lines.push(`${plural(known.length, 'file')} with content ingested before: nothing changed.`);
  if (failures.length > 0)
    lines.push(
      `${plural(failures.length, 'file')} rejected: nothing of ${failures.length === 1 ? 'it' : 'them'} was ingested.`,
    );
  if (lines.length === 0) lines.push('No files found: nothing was ingested.');
  if (records.has(UNPARSABLE)) {
    lines.push(
      'What could not be parsed or routed is in quarantine.unparsable after the next run, with the reason. (JSON Lines hold one record a line.)',
    );
  }
  if (loaded.length > 0) lines.push('Next: sluice run');
  return `${lines.join('\n')}\n`;
}

function reportJson({ loaded, known, failures, records }: IngestReport): string {
  return `${JSON.stringify({ loaded, known: known.map(({ path, hash }) => ({ path, hash })), rejected: failures.map(({ file, error }) => ({ path: file.path, message: error.message })), records: Object.fromEntries(records) }, undefined, 1)}\n`;
}
