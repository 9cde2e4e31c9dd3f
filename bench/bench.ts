import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type BenchData, benchData } from './data.ts';
import { CommandFailed, least, measure, together, type Use } from './measure.ts';
import type { Step } from './raw-duckdb.ts';
import { dataOf, machine, type Report, reportText, type Side, type StageResult } from './report.ts';
import { type Stage, stagesOf } from './stages.ts';

const USAGE = `npm run bench -- [--events 1000000] [--days 30] [--runs 1] [--split] [--json] [--product SCRIPT]
  --split     ingest, silver and gold apart, in a process each
  --product   the sluice command to measure, instead of the one of this checkout
`;

/**
 * Times the product against a raw DuckDB script on the same generated events in the same run. The two take turns, stage
 * by stage, so that what else the machine does falls on both. Returns the exit code.
 */
export async function bench(argv: string[], root: string): Promise<number> {
  const options = benchOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n${USAGE}`);
    return 2;
  }
  const product = options.product ?? join(root, 'bin', 'sluice.js');
  say(`Generating ${options.events} events, unless they are there from before.`);
  const data = await benchData(options.events, options.days);
  // Builds dist/ if a source is newer, outside the measurements.
  const ready = await orReason(() => measure([product, '--version']));
  if (typeof ready === 'string') {
    say(ready);
    return 1;
  }

  const runs: StageResult[][] = [];
  for (let run = 1; run <= options.runs; run++) runs.push(await oneRun(run, product, data, options.split));
  const stages = runs[0]!.map((_, index) => leastOf(runs.map((run) => run[index]!)));
  const report: Report = {
    data: dataOf(data, options.events, options.days, options.runs),
    machine: machine(),
    stages,
    idle: await idleRun(product, join(root, 'examples', 'cdnow.csv.gz')),
  };
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : reportText(report));
  const failed = stages.some(({ product, raw }) => typeof product === 'string' || typeof raw === 'string');
  return failed ? 1 : 0;
}

interface BenchOptions {
  events: number;
  days: number;
  runs: number;
  split: boolean;
  json: boolean;
  product: string | undefined;
}

/** The options, or what is wrong with them. */
function benchOptions(argv: string[]): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        events: { type: 'string', default: '1000000' },
        days: { type: 'string', default: '30' },
        runs: { type: 'string', default: '1' },
        split: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        product: { type: 'string' },
      },
    });
    const [events, days, runs] = (['events', 'days', 'runs'] as const).map((name) => {
      const number = Number(values[name]);
      if (!Number.isSafeInteger(number) || number < 1)
        throw new Error(`--${name} ${values[name]}: expected a whole number from 1`);
      return number;
    });
    return {
      events: events!,
      days: days!,
      runs: runs!,
      split: values.split,
      json: values.json,
      product: values.product,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function oneRun(run: number, product: string, data: BenchData, split: boolean): Promise<StageResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-run-'));
  try {
    const results: StageResult[] = [];
    for (const stage of stagesOf(data, split)) {
      say(`Run ${run}: ${stage.name}`);
      results.push({
        stage: stage.name,
        product: await orReason(() => productSide(stage, product, join(folder, 'warehouse'))),
        raw: await orReason(() => rawSide(stage, data, join(folder, 'raw'))),
      });
    }
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function productSide(stage: Stage, product: string, warehouse: string): Promise<Side> {
  const uses: { name: string; use: Use }[] = [];
  for (const command of stage.product) {
    const { use } = await measure([product, ...command], { SLUICE_WAREHOUSE: warehouse });
    uses.push({ name: command[0]!, use });
  }
  return { use: together(uses.map(({ use }) => use)), parts: uses.map(({ name, use }) => ({ name, ...use })) };
}

async function rawSide(stage: Stage, data: BenchData, out: string): Promise<Side> {
  const { use, stdout } = await measure([
    fileURLToPath(new URL('./raw-duckdb.js', import.meta.url)),
    ...['--main', data.main.folder, '--late', data.late.folder, '--out', out],
    ...['--last-day', data.lastDay, '--late-day', data.lateDay, '--stages', stage.raw],
  ]);
  const parts: Step[] = JSON.parse(stdout);
  return { use, parts };
}

/** What a run costs that finds nothing to do in a warehouse of many days: the least of three. */
async function idleRun(product: string, cdnow: string): Promise<Use | string> {
  if (!existsSync(cdnow)) return `${cdnow} is absent`;
  say('A run with nothing to do at 546 days');
  const warehouse = mkdtempSync(join(tmpdir(), 'sluice-bench-idle-'));
  const env = { SLUICE_WAREHOUSE: warehouse };
  const idle = await orReason(async () => {
    await measure([product, 'ingest', '--entity', 'transactions', cdnow], env);
    await measure([product, 'run'], env);
    const uses: Use[] = [];
    for (let run = 0; run < 3; run++) uses.push((await measure([product, 'run'], env)).use);
    return least(uses);
  });
  rmSync(warehouse, { recursive: true, force: true });
  return idle;
}

/** The least of each figure of a stage over the runs, or why it failed in one of them. */
function leastOf(results: StageResult[]): StageResult {
  const side = (sides: (Side | string)[]): Side | string => {
    const failed = sides.find((one) => typeof one === 'string');
    if (failed !== undefined) return failed;
    const all = sides as Side[];
    const fastest = all.reduce((best, one) => (one.use.wallSeconds < best.use.wallSeconds ? one : best));
    return { use: least(all.map(({ use }) => use)), parts: fastest.parts };
  };
  return {
    stage: results[0]!.stage,
    product: side(results.map(({ product }) => product)),
    raw: side(results.map(({ raw }) => raw)),
  };
}

async function orReason<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandFailed) return error.message;
    throw error;
  }
}

function say(message: string): void {
  process.stderr.write(`${message}\n`);
}
