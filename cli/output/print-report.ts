import type { RunReport } from '../../core/reconcile/run.ts';
import { EXIT, ExitError } from '../exit.ts';
import { problemText, reportJson, reportText } from './run-report.ts';

/**
 * Prints what a run did: its report on standard output, its problems on standard error.
 * @throws ExitError if something failed
 */
export function printReport(report: RunReport, format: string): void {
  process.stdout.write(format === 'json' ? `${JSON.stringify(reportJson(report))}\n` : reportText(report));
  process.stderr.write(problemText(report));
  if (report.errors.length > 0) throw new ExitError(EXIT.failed);
  if (report.failures.length > 0) throw new ExitError(EXIT.auditFailed);
}
