import type { Value } from '../../core/ports/query-engine.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { countText, plural } from './sizes.ts';
import { textTable } from './text-table.ts';

export function reportText(report: RunReport): string {
  if (
    report.published.length === 0 &&
    report.retired.length === 0 &&
    report.failures.length === 0 &&
    report.errors.length === 0
  ) {
    return report.ahead.length > 0 ? 'Nothing was built.\n' : 'Nothing is stale.\n';
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
  const table = rows.length > 0 ? textTable(['table', 'partitions', 'rows', 'unchanged'], rows, [1, 2, 3]) : '';
  return `${table}${retired}${summary}`;
}

export function problemText(report: RunReport): string {
  const lines: string[] = [];
  for (const { table, dts, message } of report.errors) {
    lines.push(`${table} ${dts[0]}..${dts.at(-1)} could not be built: ${message}`);
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
    const tables = [...new Set(report.blocked.map(({ table }) => table))].join(', ');
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

export function reportJson(report: RunReport): object {
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
    errors: report.errors.map(({ table, dts, message }) => ({ table, dts, message })),
    blocked: report.blocked,
  };
}
