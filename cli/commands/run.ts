import { Command } from 'commander';
import { type GlobalOptions, openContext, type Start } from '../context.ts';
import { formatOption, parseTables } from '../options.ts';
import { printReport } from '../output/print-report.ts';

interface RunOptions extends GlobalOptions {
  readonly tables?: string;
  readonly format: string;
}

export function runCommand(start: Start): Command {
  return new Command('run')
    .description('Reconcile until nothing is stale: build, audit and publish what `sluice plan` lists.')
    .option('--tables <a,b>', 'only these tables and what they read')
    .addOption(formatOption(['table', 'json']))
    .action(async (options: RunOptions) => {
      const context = await openContext(start, options);
      const tables = parseTables(options.tables, context.project);
      const report = await context.reconcile({ scope: tables ? { tables } : undefined });
      await context.close();
      printReport(report, options.format);
    });
}
