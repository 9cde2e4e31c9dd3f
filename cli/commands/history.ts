import { Command } from 'commander';
import type { Day } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import { type HistoryEntry, history } from '../../core/ledger/history.ts';
import { type GlobalOptions, openContext, type Start } from '../context.ts';
import { formatOption, parseDay, parseTable } from '../options.ts';
import { countText } from '../output/sizes.ts';
import { textTable } from '../output/text-table.ts';

interface HistoryOptions extends GlobalOptions {
  readonly dt: Day;
  readonly format: string;
}

export function historyCommand(start: Start): Command {
  return new Command('history')
    .description('What happened to a partition: every version, the run that built it, rollbacks.')
    .argument('<table>', 'such as gold.sessions')
    .requiredOption('--dt <day>', 'the partition', parseDay)
    .addOption(formatOption(['table', 'json']))
    .action(async (name: string, options: HistoryOptions) => {
      const { log, project } = await openContext(start, options);
      const table = parseTable(name, project);
      const entries = history(await log.commits(), table, options.dt);
      if (entries.length === 0) throw new UsageError(`${table} dt=${options.dt} has never been published`);
      process.stdout.write(
        options.format === 'json' ? `${JSON.stringify(entries, undefined, 1)}\n` : historyText(entries),
      );
    });
}

function historyText(entries: readonly HistoryEntry[]): string {
  const rows = entries.map(({ seq, at, event, version }) => [
    String(seq),
    at,
    event,
    version?.run ?? '',
    version ? countText(version.rows) : '',
    version?.checksum ?? '',
  ]);
  return textTable(['commit', 'at', 'event', 'run', 'rows', 'content'], rows, [0, 4]);
}
