import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { least, measure, type Use } from './measure.ts';
import { machine } from './report.ts';

/** Events that are put into JSON for comparison. */
const COMPARED = 100_000;
const ROUNDS = 5;

const USAGE = 'npm run bench -- generate [--events 2000000] [--days 30]';

/** What truth.json counts; entities with files come as CSV. */
type Counts = Record<string, { received: number; unparsable: number; files?: number }>;

/**
 * Times `sluice generate`, the whole command, and in the same rounds `JSON.stringify` of the events that it wrote.
 * Returns the exit code.
 */
export async function benchGenerate(argv: string[], root: string): Promise<number> {
  const product = join(root, 'bin', 'sluice.js');
  let options: string[];
  try {
    const { values } = parseArgs({
      args: argv,
      options: { events: { type: 'string', default: '2000000' }, days: { type: 'string', default: '30' } },
    });
    options = ['--events', values.events, '--days', values.days];
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}\n`);
    return 2;
  }
  // Builds dist/ if a source is newer, outside the measurements.
  await measure([product, '--version']);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-generate-'));
  try {
    const uses: Use[] = [];
    const compared: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { use } = await measure([product, 'generate', ...options, '--out', folder]);
      uses.push(use);
      compared.push(stringifySeconds(join(folder, 'events')));
    }
    const { lines, rows } = counted(join(folder, 'truth.json'));
    const { cpuSeconds, wallSeconds, peakBytes, foreignCores } = least(uses);
    const alone = COMPARED / Math.min(...compared);
    const { model, processors, node } = machine();
    process.stdout.write(
      `${processors} x ${model}, node ${node}. Least of ${ROUNDS} rounds, others kept ${foreignCores.toFixed(2)} processors busy.
${lines} events, and ${rows} CSV rows apart: ${wallSeconds.toFixed(2)} s wall, ${cpuSeconds.toFixed(2)} s CPU, ${Math.round(peakBytes / 2 ** 20)} MB
${thousands(lines / wallSeconds)} events a second, ${thousands(lines / cpuSeconds)} a CPU second; JSON.stringify and UTF-8 of ready events alone: ${thousands(alone)} (ratio ${(alone / (lines / cpuSeconds)).toFixed(2)})
`,
    );
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function counted(path: string): { lines: number; rows: number } {
  const { entities } = JSON.parse(readFileSync(path, 'utf8')) as { entities: Counts };
  const sum = (csv: boolean) =>
    Object.values(entities)
      .filter(({ files }) => (files !== undefined) === csv)
      .reduce((all, { received, unparsable }) => all + received + unparsable, 0);
  return { lines: sum(false), rows: sum(true) };
}

/** CPU seconds of putting some events, which are objects already, into JSON and that into bytes. */
function stringifySeconds(folder: string): number {
  const events: unknown[] = [];
  for (const day of readdirSync(folder).sort()) {
    for (const file of readdirSync(join(folder, day))) {
      for (const line of readFileSync(join(folder, day, file), 'utf8').split('\n')) {
        if (events.length < COMPARED && line.endsWith('}')) events.push(parsed(line));
      }
    }
    if (events.length === COMPARED) break;
  }
  const before = process.cpuUsage();
  let bytes = 0;
  for (const event of events) bytes += Buffer.from(JSON.stringify(event)).length;
  const { user, system } = process.cpuUsage(before);
  if (bytes === 0) throw new Error(`no events below ${folder}`);
  return ((user + system) / 1e6) * (COMPARED / events.length);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line that is generated broken.
    return {};
  }
}

function thousands(rate: number): string {
  return `${Math.round(rate / 1000)}k`;
}
