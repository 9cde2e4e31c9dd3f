import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { streamOptions } from '../../generator/options.ts';
import { writeStream } from '../../generator/write-stream.ts';
import type { Start } from '../context.ts';
import { type LocalContext, openLocalContext } from '../here/local-context.ts';
import { reconcileHere } from '../here/reconcile-here.ts';
import { formatRows } from '../output/rows.ts';
import { reportText } from '../output/run-report.ts';
import { countText, plural } from '../output/sizes.ts';
import { ingestPaths } from './ingest.ts';

const EVENTS = 25_000;
const DAYS = 14;

export function demoCommand(start: Start): Command {
  return new Command('demo')
    .description(
      'The main job on generated events: ingest, reconcile, a late batch, reconcile; in ./demo, which is replaced.',
    )
    .option('--seed <n>', 'other events', Number, 7)
    .action(async ({ seed, warehouse }: { seed: number; warehouse?: string }) => {
      const folder = join(start.root, 'demo');
      if (warehouse !== undefined)
        throw new UsageError('the tour has a warehouse of its own, demo/warehouse: leave out --warehouse');
      const target = join(folder, 'warehouse');
      await rm(folder, { recursive: true, force: true });
      const context = await openLocalContext(start, { warehouse: target }, { mustExist: false });
      await tellDemo(context, join(folder, 'events'), seed);
      await context.close();
    });
}

async function tellDemo(context: LocalContext, folder: string, seed: number): Promise<void> {
  const { main, late, lateDay } = await writeStream(
    streamOptions({ events: EVENTS, days: DAYS, users: 1_500, bots: 2, seed }),
    folder,
  );
  heading(`Events of ${DAYS} days`);
  say(
    `${countText(main.lines)} CloudEvents as they arrived, with duplicates, late, out of order and malformed ones: ${shown(main.folder)}`,
  );

  heading('Ingest and reconcile');
  say(`$ sluice ingest ${shown(main.folder)}`);
  const first = await ingestPaths(context, [main.folder], {});
  say(
    [...first.records]
      .sort()
      .map(([entity, count]) => `  bronze.${entity}: ${countText(count)} records`)
      .join('\n'),
  );
  say('$ sluice run');
  say(indent(reportText(await reconcileHere(context, {}))));
  say('$ sluice run');
  say(indent(reportText(await reconcileHere(context, {}))));

  heading(`${plural(late.lines, 'event')} of ${lateDay} arrive late`);
  say(`$ sluice ingest ${shown(late.folder)}\n$ sluice run`);
  await ingestPaths(context, [late.folder], {});
  const repaired = await reconcileHere(context, {});
  const days = new Map<string, string[]>();
  for (const { table, dt, changed } of repaired.published)
    days.set(table, [...(days.get(table) ?? []), changed ? dt.slice(5) : `(${dt.slice(5)})`]);
  for (const [table, touched] of days) say(`  ${table.padEnd(28)} ${touched.join(' ')}`);
  say(
    'Only the days that those events touch were rebuilt; (in brackets: rebuilt, came out the same, so nothing behind it was).',
  );

  heading('What an analyst sees');
  await ask(
    context,
    'select dt, daily_active_users, total_actions, rolling_7_day_active_users from gold.daily_metrics order by dt desc limit 7',
  );
  await ask(
    context,
    'select session_id, user_id, session_start, session_end, actions, is_open from gold.sessions order by actions desc, session_id limit 5',
  );
  await ask(
    context,
    'select user_id, purchase_frequency, total_spend, avg_transaction_value, recency_days from gold.customer_features order by total_spend desc, user_id limit 5',
  );
  await ask(
    context,
    `select entity, sum(received) as received, sum(accepted) as accepted, sum(quarantined) as quarantined, sum(duplicates) as duplicates
from ops.balance group by entity order by entity`,
  );
  say('received = accepted + quarantined + duplicates, for every entity and day: checked at every run.');

  heading('Next');
  const option = `--warehouse ${shown(context.warehouse)}`;
  say(`npx sluice status ${option}
npx sluice plan ${option}
npx sluice query ${option} "select reasons, count(*) as rows from quarantine.interactions group by reasons order by 2 desc"
npx sluice query ${option} --format json "select * from gold.monthly_metrics"`);
}

async function ask(context: LocalContext, sql: string): Promise<void> {
  say(`$ sluice query "${sql}"`);
  say(indent(formatRows(await context.ask(sql), 'table')));
}

function heading(text: string): void {
  say(`\n── ${text} ${'─'.repeat(Math.max(3, 76 - text.length))}`);
}

function say(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function shown(path: string): string {
  return relative(process.cwd(), path) || '.';
}
