import { Command } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { checkAsOf, commitAsOf } from '../../core/ledger/history.ts';
import { type GlobalOptions, openContext, type Start } from '../context.ts';
import { formatOption } from '../options.ts';
import { FORMATS, type Format, formatRows } from '../output/rows.ts';

interface QueryOptions extends GlobalOptions {
  readonly format: Format;
  readonly asOf?: string;
}

export function queryCommand(start: Start): Command {
  return new Command('query')
    .description("Ask in SQL (Athena's dialect) over bronze.*, silver.*, quarantine.*, gold.* and ops.*")
    .argument('<sql>', 'a query, such as "select * from gold.daily_metrics order by dt"')
    .option('--as-of <run|time>', 'all tables as they were after a run, or at a time (UTC): consistent across tables')
    .addOption(formatOption(FORMATS))
    .action(async (sql: string, options: QueryOptions) => {
      if (sql.trim() === '')
        throw new UsageError('expected a query, such as "select * from gold.daily_metrics order by dt"');
      if (options.asOf !== undefined) checkAsOf(options.asOf);
      const context = await openContext(start, options);
      const { log } = context;
      const asOf =
        options.asOf === undefined ? undefined : await log.readAsOf(commitAsOf(await log.commits(), options.asOf));
      const result = await context.ask(sql, asOf);
      await context.close();
      process.stdout.write(formatRows(result, options.format));
    });
}
