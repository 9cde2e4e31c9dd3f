import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Random } from '../../generator/random.ts';
import { Episode } from './episode.ts';
import { figuresText, isClean, noFigures } from './figures.ts';
import { Releases } from './releases.ts';

const USAGE = 'npm run torture -- [--seconds 60] [--seed 1]\n';

/**
 * Real `sluice` processes on real warehouses, killed, frozen, refused, raced and redelivered to; after each round a clean
 * run, and then every table must be what a rebuild from scratch and a naive model give. Returns the exit code.
 */
export async function torture(argv: string[], root: string): Promise<number> {
  const { values } = parseArgs({ args: argv, options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
  const [seconds, seed] = [Number(values.seconds ?? 60), Number(values.seed ?? 1)];
  if (!(seconds > 0) || !Number.isSafeInteger(seed) || seed < 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  // Builds dist/ if a source is newer; the releases are copies of it.
  execFileSync(process.execPath, [join(root, 'bin', 'sluice.js'), '--version']);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-torture-'));
  const figures = noFigures();
  const releases = new Releases(root, folder);
  const started = Date.now();
  const until = started + seconds * 1000;
  let isFine = true;
  for (let number = 0; isFine && Date.now() < until; number++) {
    const home = join(folder, `episode-${number}`);
    isFine = await new Episode(home, new Random(seed, number), releases, figures).play(until);
    if (isFine) await rm(home, { recursive: true });
    process.stderr.write(
      `${figures.rounds} rounds, ${figures.killed} killed, ${Math.round((Date.now() - started) / 1000)} s\n`,
    );
  }
  process.stdout.write(figuresText(seed, Math.round((Date.now() - started) / 1000), figures));
  if (isFine && isClean(figures)) {
    await rm(folder, { recursive: true });
    return 0;
  }
  process.stderr.write(
    `What went wrong is told in ${join(folder, 'episode-*', 'actions.jsonl')}; the warehouse lies beside it.\n`,
  );
  return 1;
}
