import { Command, Option } from 'commander';
import { findGarbage } from '../../core/ledger/find-garbage.ts';
import type { GlobalOptions, Start } from '../context.ts';
import { openLocalContext } from '../here/local-context.ts';
import { parseDuration } from '../options.ts';
import { bytesText, plural } from '../output/sizes.ts';

interface GcOptions extends GlobalOptions {
  readonly retention: number;
  readonly dryRun?: boolean;
}

export function gcCommand(start: Start): Command {
  return new Command('gc')
    .description(
      'Delete the files of versions that were superseded longer ago than the retention, and of builds never published.',
    )
    .addOption(
      new Option(
        '--retention <time>',
        'how far back rollback and --as-of reach; half a day at least, for builds going on',
      )
        .argParser(parseDuration)
        .default(parseDuration('7d'), '7d'),
    )
    .option('--dry-run', 'only say what would go')
    .action(async (options: GcOptions) => {
      const { store, log, clock } = await openLocalContext(start, options, {
        mustExist: true,
        onAws: 'On AWS the function collect does it every day.',
      });
      const now = Date.parse(clock());
      const { garbage: found, stay } = await findGarbage({ store, log, now, retentionMs: options.retention });
      if (!options.dryRun) await store.delete(found.map(({ key }) => key));
      const bytes = found.reduce((sum, object) => sum + object.bytes, 0);
      if (options.dryRun) for (const { key } of found) process.stdout.write(`${key}\n`);
      process.stdout.write(
        `${options.dryRun ? 'Would delete' : 'Deleted'} ${plural(found.length, 'file')}, ${bytesText(bytes)}; ${plural(stay, 'file')} stay.\n`,
      );
    });
}
