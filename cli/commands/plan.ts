import { Command } from 'commander';
import type { Day } from '../../core/dates.ts';
import { estimate } from '../../core/plan/estimate.ts';
import { plan } from '../../core/plan/plan.ts';
import { type GlobalOptions, openContext, type Start } from '../context.ts';
import { checkRange, formatOption, parseDay, parseTables } from '../options.ts';
import { planJson, planText } from '../output/plan-report.ts';

interface PlanOptions extends GlobalOptions {
  readonly from?: Day;
  readonly to?: Day;
  readonly tables?: string;
  readonly format: string;
}

export function planCommand(start: Start): Command {
  return new Command('plan')
    .description('What is stale, why, and how much building it would read and cost. Changes nothing.')
    .option('--from <day>', 'only partitions from this day on', parseDay)
    .option('--to <day>', 'only partitions up to this day', parseDay)
    .option('--tables <a,b>', 'only these tables and what they read')
    .addOption(formatOption(['table', 'json']))
    .action(async (options: PlanOptions) => {
      checkRange(options.from, options.to);
      const { log, project, release } = await openContext(start, options);
      const tables = parseTables(options.tables, project);
      const scope = tables || options.from || options.to ? { tables, from: options.from, to: options.to } : undefined;
      const state = await log.read();
      const found = plan({ project, state, basis: state.seq, release, failed: new Set(), scope });
      const cost = estimate(project, state, found);
      process.stdout.write(options.format === 'json' ? planJson(state, found, cost) : planText(state, found, cost));
    });
}
