import { Command, Option } from 'commander';
import { decodeAbsorbed, isAbsorbedKey } from '../../core/bronze/absorbed.ts';
import { garbage } from '../../core/ledger/garbage.ts';
import type { ObjectStore, StoredObject } from '../../core/ports/object-store.ts';
import { type GlobalOptions, openContext, type Start } from '../context.ts';
import { parseDuration } from '../options.ts';
import { bytesText, plural } from '../output/sizes.ts';

interface GcOptions extends GlobalOptions {
  readonly retention: number;
  readonly dryRun?: boolean;
}

/** Where data lies, and what builds leave behind; the log is never collected. */
const DATA = ['bronze/', 'silver/', 'quarantine/', 'gold/', 'ops/', 'tmp/'];

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
      const { store, log, clock } = await openContext(start, options, { mustExist: true });
      const objects = (await Promise.all(DATA.map((prefix) => store.list(prefix)))).flat();
      // Listed before the log is read: what is published in between is then known to be.
      const found = garbage({
        commits: await log.commits(),
        state: await log.read(),
        absorbed: await absorbedBy(store, objects),
        objects,
        now: Date.parse(clock()),
        retentionMs: options.retention,
      });
      if (!options.dryRun) await store.delete(found.map(({ key }) => key));
      const bytes = found.reduce((sum, object) => sum + object.bytes, 0);
      if (options.dryRun) for (const { key } of found) process.stdout.write(`${key}\n`);
      process.stdout.write(
        `${options.dryRun ? 'Would delete' : 'Deleted'} ${plural(found.length, 'file')}, ${bytesText(bytes)}; ${plural(objects.length - found.length, 'file')} stay.\n`,
      );
    });
}

/** What merged objects were made of, by the lists that are stored. */
async function absorbedBy(
  store: ObjectStore,
  objects: readonly StoredObject[],
): Promise<Map<string, readonly string[]>> {
  const absorbed = new Map<string, readonly string[]>();
  for (const { key } of objects) {
    const content = isAbsorbedKey(key) ? await store.get(key) : undefined;
    if (content) absorbed.set(key, decodeAbsorbed(key, content));
  }
  return absorbed;
}
