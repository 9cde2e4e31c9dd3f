import { Command } from 'commander';
import type { Day } from '../../core/dates.ts';
import { UsageError } from '../../core/errors.ts';
import type { PartitionVersion } from '../../core/ledger/commit.ts';
import { released, rolledBack } from '../../core/ledger/rollback.ts';
import { type Context, type GlobalOptions, newId, openContext, type Start } from '../context.ts';
import { parseDay, parseTable } from '../options.ts';

interface RollbackOptions extends GlobalOptions {
  readonly dt: Day;
  readonly to?: string;
  readonly release?: boolean;
}

export function rollbackCommand(start: Start): Command {
  return new Command('rollback')
    .description('Put an earlier version of a partition back and pin it; what reads it follows at the next run.')
    .argument('<table>', 'such as gold.sessions; what the same model writes for the day goes with it')
    .requiredOption('--dt <day>', 'the partition', parseDay)
    .option('--to <run>', 'the version that this run built (default: the one before the present)')
    .option('--release', 'take the pin away: the next run builds what should be there')
    .action(async (name: string, options: RollbackOptions) => {
      const context = await openContext(start, options);
      const { model } = context.project.tables.get(parseTable(name, context.project))!;
      const tables = model.outputs.map(({ table }) => table);
      const commits = await context.log.commits();
      let versions: readonly PartitionVersion[] = [];
      const id = newId(context.clock());
      versions = options.release ? [] : rolledBack(commits, await context.log.read(), tables, options.dt, options.to);
      await checkFiles(context, versions);
      await context.log.commit(id, (state) => {
        versions = options.release
          ? released(state, tables, options.dt)
          : rolledBack(commits, state, tables, options.dt, options.to);
        return { publish: versions };
      });
      await context.show(tables);
      await context.close();
      const what = versions.map(({ table, rows }) => `${table} dt=${options.dt} (${rows} rows)`).join(', ');
      const run = versions[0]!.run;
      process.stdout.write(
        options.release
          ? `Released ${what}.\nNext: sluice run builds what should be there.\n`
          : `Rolled back to the version of run ${run}, and pinned: ${what}.\nNext: sluice run makes what reads it follow.\n`,
      );
    });
}

/** @throws UsageError if garbage collection has taken the files of the version */
async function checkFiles({ store }: Context, versions: readonly PartitionVersion[]): Promise<void> {
  for (const { table, dt, run, files } of versions) {
    for (const key of files) {
      const [found] = await store.list(key);
      if (!found)
        throw new UsageError(
          `${table} dt=${dt}: the version of run ${run} has been collected (${key} is gone); \`sluice history\` lists others`,
        );
    }
  }
}
