import { Command, CommanderError, Option } from 'commander';
import { ConfigurationError, EngineError, UsageError } from '../core/errors.ts';
import { backfillCommand } from './commands/backfill.ts';
import { demoCommand } from './commands/demo.ts';
import { gcCommand } from './commands/gc.ts';
import { generateCommand } from './commands/generate.ts';
import { historyCommand } from './commands/history.ts';
import { ingestCommand } from './commands/ingest.ts';
import { lineageCommand } from './commands/lineage.ts';
import { planCommand } from './commands/plan.ts';
import { queryCommand } from './commands/query.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { statusCommand } from './commands/status.ts';
import { type Start, TARGETS } from './context.ts';
import { EXIT, ExitError } from './exit.ts';

/** The `sluice` command. Gives the exit code; prints data to standard output, everything else to standard error. */
export async function main(start: Start): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessReaderLeft);
  const program = new Command('sluice')
    .description('Events in, tables you can trust out.')
    .version(start.version)
    .exitOverride()
    .showHelpAfterError('(`sluice --help` lists the commands, `sluice COMMAND --help` the options of one)')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 usage, 3 an audit failed.');
  for (const command of [
    ingestCommand,
    planCommand,
    runCommand,
    backfillCommand,
    queryCommand,
    statusCommand,
    historyCommand,
    lineageCommand,
    rollbackCommand,
    gcCommand,
    demoCommand,
    generateCommand,
  ]) {
    const made = command(start).exitOverride();
    made.option('--warehouse <dir>', 'the directory of the warehouse (default: $SLUICE_WAREHOUSE, else ./warehouse)');
    made.addOption(
      new Option(
        '--target <where>',
        'a warehouse on this machine or on AWS (default: $SLUICE_TARGET, else local)',
      ).choices(TARGETS),
    );
    made.option(
      '--deployment <name>',
      'with --target aws: which one (default: $SLUICE_DEPLOYMENT, else sluice); region and credentials as for the AWS CLI',
    );
    program.addCommand(made);
  }
  try {
    await program.parseAsync([...start.argv], { from: 'user' });
    return EXIT.done;
  } catch (error) {
    return report(error);
  }
}

/** Who reads the output may have enough of it (`| head`): the command goes on with its work. */
function unlessReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function report(error: unknown): number {
  if (error instanceof ExitError) return error.code;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const mistake = error instanceof UsageError || error instanceof ConfigurationError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`sluice: ${message}\n`);
  if (!mistake && process.env.SLUICE_DEBUG) {
    process.stderr.write(
      `${error instanceof Error ? error.stack : ''}\n${error instanceof EngineError ? error.statement : ''}\n`,
    );
  } else if (!mistake) {
    process.stderr.write('Nothing that was published before has changed. SLUICE_DEBUG=1 shows where it happened.\n');
  }
  return mistake ? EXIT.usage : EXIT.failed;
}
