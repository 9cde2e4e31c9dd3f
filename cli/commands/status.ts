import { Command } from 'commander';
import type { LedgerState } from '../../core/ledger/state.ts';
import { bronzePending, pinnedPartitions } from '../../core/plan/pending.ts';
import type { Value } from '../../core/ports/query-engine.ts';
import { type GlobalOptions, openContext, type Start } from '../context.ts';
import { formatOption } from '../options.ts';
import { bytesText, countText, plural } from '../output/sizes.ts';
import { textTable } from '../output/text-table.ts';

interface StatusOptions extends GlobalOptions {
  readonly format: string;
}

interface TableStatus {
  readonly table: string;
  readonly partitions: number;
  readonly first: string;
  readonly last: string;
  readonly rows: number;
  readonly bytes: number;
  readonly published_at: string;
}

export function statusCommand(start: Start): Command {
  return new Command('status')
    .description('Every table: days, rows, freshness; the balance of every entity; what waits.')
    .addOption(formatOption(['table', 'json']))
    .action(async (options: StatusOptions) => {
      const context = await openContext(start, options);
      const state = await context.log.read();
      const tables = tableStatuses(state);
      const balance = await context.ask(
        `select entity, cast(sum(received) as bigint) as received, cast(sum(accepted) as bigint) as accepted,
           cast(sum(quarantined) as bigint) as quarantined, cast(sum(duplicates) as bigint) as duplicates
         from ops.balance group by entity order by entity`,
      );
      await context.close();
      const pending = bronzePending(context.project, state);
      const pinned = pinnedPartitions(context.project, state);
      if (options.format === 'json') {
        const balances = balance.rows.map((row) =>
          Object.fromEntries(balance.columns.map(({ name }, i) => [name, jsonSafe(row[i]!)])),
        );
        process.stdout.write(
          `${JSON.stringify({ warehouse: context.where, commit: state.seq, at: state.at, by: state.by, tables, balance: balances, pending, pinned }, undefined, 1)}\n`,
        );
        return;
      }
      const rows = tables.map((t) => [
        t.table,
        countText(t.partitions),
        `${t.first}..${t.last}`,
        countText(t.rows),
        bytesText(t.bytes),
        t.published_at,
      ]);
      process.stdout.write(
        textTable(['table', 'partitions', 'days', 'rows', 'size', 'last published'], rows, [1, 3, 4]),
      );
      process.stdout.write(
        `\n${textTable(
          [...balance.columns.map(({ name }) => name), 'holds'],
          balance.rows.map((row) => [...row.map(shown), holds(row)]),
          [1, 2, 3, 4],
        )}`,
      );
      for (const { entity, eventDate, rows: records } of pending) {
        process.stdout.write(
          `\n${plural(records, 'record')} of ${entity} dated ${eventDate}, after the last day of data, wait${records === 1 ? 's' : ''} in bronze.`,
        );
      }
      for (const { table, dt, run, waiting } of pinned) {
        process.stdout.write(
          `\n${table} dt=${dt} is pinned to the version of run ${run}${waiting > 0 ? `, ${plural(waiting, 'record')} that came since ${waiting === 1 ? 'waits' : 'wait'}` : ''}; release it by \`sluice rollback ${table} --dt ${dt} --release\`.`,
        );
      }
      process.stdout.write(`\nLast commit: ${state.seq} at ${state.at} by ${state.by}.\n`);
    });
}

function tableStatuses(state: LedgerState): TableStatus[] {
  const bronze = [...state.bronze].map(([entity, objects]) => {
    const days = objects.map((object) => object.ingestDate).sort();
    return {
      table: `bronze.${entity}`,
      partitions: new Set(days).size,
      first: days[0]!,
      last: days.at(-1)!,
      rows: sum(objects, 'rows'),
      bytes: sum(objects, 'bytes'),
      published_at: '',
    };
  });
  const built = [...state.partitions].flatMap(([table, versions]) => {
    if (versions.size === 0) return [];
    const days = [...versions.keys()].sort();
    const all = [...versions.values()];
    const publishedAt = all
      .map((version) => version.at)
      .sort()
      .at(-1)!;
    return [
      {
        table,
        partitions: days.length,
        first: days[0]!,
        last: days.at(-1)!,
        rows: sum(all, 'rows'),
        bytes: sum(all, 'bytes'),
        published_at: publishedAt,
      },
    ];
  });
  return [...bronze, ...built].sort((a, b) => layer(a.table) - layer(b.table) || (a.table < b.table ? -1 : 1));
}

function layer(table: string): number {
  return ['bronze', 'silver', 'quarantine', 'ops', 'gold'].indexOf(table.split('.')[0]!);
}

function sum<K extends string>(items: readonly Readonly<Record<K, number>>[], key: K): number {
  return items.reduce((total, item) => total + item[key], 0);
}

function shown(value: Value): string {
  return typeof value === 'bigint' ? countText(value) : String(value);
}

function holds(row: readonly Value[]): string {
  const [, received, accepted, quarantined, duplicates] = row as [string, bigint, bigint, bigint, bigint];
  return received === accepted + quarantined + duplicates ? 'yes' : 'NO';
}

function jsonSafe(value: Value): string | number | boolean | null {
  return typeof value === 'bigint' ? Number(value) : value;
}
