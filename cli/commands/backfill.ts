import { Command } from 'commander';
import type { Day } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import { estimate } from '../../core/plan/estimate.ts';
import { plan } from '../../core/plan/plan.ts';
import { type GlobalOptions, openContext, type Start, targetOf } from '../context.ts';
import { checkRange, formatOption, parseDay, parseTables } from '../options.ts';
import { estimateText, planJson, planText } from '../output/plan-report.ts';
import { printReport } from '../output/print-report.ts';
import { plural } from '../output/sizes.ts';

interface BackfillOptions extends GlobalOptions {
  readonly from: Day;
  readonly to: Day;
  readonly tables?: string;
  readonly force?: boolean;
  readonly resume?: string;
  readonly dryRun?: boolean;
  readonly format: string;
}

export function backfillCommand(start: Start): Command {
  return new Command('backfill')
    .description(
      'Build a range of days: what is stale of it, or all of it again. Stopped, it goes on where it was when called again.',
    )
    .requiredOption('--from <day>', 'the first day', parseDay)
    .requiredOption('--to <day>', 'the last day', parseDay)
    .option('--tables <a,b>', 'only these tables, and what they read where that is stale')
    .option('--force', 'build them again even if they are not stale')
    .option('--resume <run>', 'with --force: leave what this run, which was stopped, has built already')
    .option('--dry-run', 'print the plan and its cost, build nothing')
    .addOption(formatOption(['table', 'json']))
    .action(async (options: BackfillOptions) => {
      checkRange(options.from, options.to);
      if (options.resume && !options.force)
        throw new UsageError('--resume goes with --force: without it what is built is never built again');
      if (options.resume && targetOf(options) === 'aws')
        throw new UsageError(
          '--resume is for a warehouse on this machine: on AWS redrive the execution that was stopped',
        );
      const context = await openContext(start, options);
      const { log, project, release } = context;
      const scope = { tables: parseTables(options.tables, project), from: options.from, to: options.to };
      const state = await log.read();
      const forceUpTo = options.force ? (options.resume ? basisOf(state, options.resume) : state.seq) : undefined;
      const found = plan({ project, state, basis: state.seq, release, failed: new Set(), scope, forceUpTo });
      const cost = estimate(project, state, found);
      if (options.dryRun) {
        process.stdout.write(options.format === 'json' ? planJson(state, found, cost) : planText(state, found, cost));
        return;
      }
      process.stderr.write(
        `${plural(found.ready.length + found.waiting.length, 'partition')} at most; ${estimateText(cost)}\n`,
      );
      const report = await context.reconcile({ scope, forceUpTo });
      await context.close();
      printReport(report, options.format);
    });
}

/** The commit that a run started from: what was published after it need not be built again. */
function basisOf(state: LedgerState, run: string): number {
  for (const versions of state.partitions.values()) {
    for (const version of versions.values()) if (version.run === run) return version.basis;
  }
  throw new UsageError(`run ${run} has published nothing that is there now: leave out --resume to start anew`);
}
