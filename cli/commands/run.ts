import { Command } from 'commander';
import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import type { Value } from '../../core/ports/query-engine.ts';
import { discover } from '../../core/reconcile/discover.ts';
import { type RunReport, reconcile } from '../../core/reconcile/reconcile.ts';
import { type Context, type GlobalOptions, newId, openContext, type Start } from '../context.ts';
import { EXIT, ExitError } from '../exit.ts';
import { formatOption, parseTables } from '../options.ts';
import { ProgressLine } from '../output/progress.ts';
import { countText, plural } from '../output/sizes.ts';
import { textTable } from '../output/text-table.ts';

interface RunOptions extends GlobalOptions {
  readonly tables?: string;
  readonly force?: boolean;
  readonly format: string;
}

export function runCommand(start: Start): Command {
  return new Command('run')
    .description('Reconcile until nothing is stale: build, audit and publish what `sluice plan` lists.')
    .option('--tables <a,b>', 'only these tables and what they read')
    .option('--force', 'build them again even if they are not stale')
    .addOption(formatOption(['table', 'json']))
    .action(async (options: RunOptions) => {
      const context = await openContext(start, options, { mustExist: true });
      const tables = parseTables(options.tables, context.project);
      const report = await runReconcile(context, { tables, force: options.force });
      process.stdout.write(options.format === 'json' ? `${JSON.stringify(reportJson(report))}\n` : reportText(report));
      process.stderr.write(problemText(report));
      await context.engine.close();
      if (report.errors.length > 0) throw new ExitError(EXIT.failed);
      if (report.failures.length > 0) throw new ExitError(EXIT.auditFailed);
    });
}

/** Runs the loop with progress on the terminal. */
export async function runReconcile(
  context: Context,
  { tables, force }: { readonly tables?: readonly string[] | undefined; readonly force?: boolean | undefined },
): Promise<RunReport> {
  const progress = new ProgressLine();
  let done = 0;
  const run = newId(context.clock());
  const entities = [...context.project.contracts.map(({ entity }) => entity), UNPARSABLE];
  await discover({ log: context.log, store: context.store, entities, today: context.clock().slice(0, 10), by: run });
  const report = await reconcile({
    project: context.project,
    log: context.log,
    engine: context.engine,
    clock: context.clock,
    run,
    release: context.release,
    scope: tables ? { tables } : undefined,
    force,
    onEvent: (event) => {
      if (event.kind === 'building') {
        const { model, targets } = event.batch;
        progress.show(`${countText(done)} built; building ${model.name} ${targets[0]!.dt}..${targets.at(-1)!.dt}`);
      } else if (event.kind === 'built') done += event.published;
    },
  });
  progress.clear();
  return report;
}

export function reportText(report: RunReport): string {
  if (
    report.published.length === 0 &&
    report.retired.length === 0 &&
    report.failures.length === 0 &&
    report.errors.length === 0
  ) {
    return 'Nothing is stale.\n';
  }
  const tables = new Map<string, { days: number; rows: number; unchanged: number }>();
  for (const { table, rows, changed } of report.published) {
    const sum = tables.get(table) ?? { days: 0, rows: 0, unchanged: 0 };
    tables.set(table, { days: sum.days + 1, rows: sum.rows + rows, unchanged: sum.unchanged + (changed ? 0 : 1) });
  }
  const rows = [...tables].map(([table, sum]) => [
    table,
    countText(sum.days),
    countText(sum.rows),
    countText(sum.unchanged),
  ]);
  const retired =
    report.retired.length > 0 ? `Retired ${plural(report.retired.length, 'partition')} no longer wanted.\n` : '';
  const summary = `Run ${report.run} published ${plural(report.published.length, 'partition')} in ${plural(report.waves, 'wave')}.\n`;
  return `${textTable(['table', 'partitions', 'rows', 'unchanged'], rows, [1, 2, 3])}${retired}${summary}`;
}

function problemText(report: RunReport): string {
  const lines: string[] = [];
  for (const { table, dts, error } of report.errors) {
    lines.push(
      `${table} ${dts[0]}..${dts.at(-1)} could not be built: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  for (const failure of report.failures) {
    const bad = plural(failure.badRows, 'bad row');
    lines.push(
      `audit ${failure.audit} of ${failure.table} dt=${failure.dt} found ${bad}; readers keep the version before, if any`,
    );
    for (const row of failure.sample)
      lines.push(
        `    ${Object.entries(row)
          .map(([name, value]) => `${name}=${shown(value)}`)
          .join('  ')}`,
      );
  }
  if (report.blocked.length > 0) {
    const tables = [...new Set(report.blocked.map(({ model }) => model.name))].join(', ');
    lines.push(
      `${plural(report.blocked.length, 'partition')} that read${report.blocked.length === 1 ? 's' : ''} them stay${report.blocked.length === 1 ? 's' : ''} as before: ${tables}`,
    );
  }
  if (lines.length > 0) lines.push('Mend the data or the model, then `sluice run` again: it takes up just these.');
  if (report.ahead.length > 0)
    lines.push(
      `${plural(report.ahead.length, 'partition')} left alone: a newer release or a newer run published them.`,
    );
  return lines.map((line) => `${line}\n`).join('');
}

function shown(value: Value): string {
  const text = value === null ? 'null' : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function reportJson(report: RunReport): object {
  return {
    run: report.run,
    waves: report.waves,
    published: report.published,
    retired: report.retired,
    failures: report.failures.map((failure) => ({
      ...failure,
      sample: failure.sample.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)])),
      ),
    })),
    errors: report.errors.map(({ table, dts, error }) => ({
      table,
      dts,
      message: error instanceof Error ? error.message : String(error),
    })),
    blocked: report.blocked.map(({ model, dt, on }) => ({ table: model.name, dt, on: { table: on.table, dt: on.dt } })),
  };
}
