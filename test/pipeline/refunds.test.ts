import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import { assembleProject } from '../../core/model/project.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import { PROJECT } from '../gold/model-files.ts';
import { Pipeline, writeFiles } from './pipeline.ts';

/** What tells of purchases and what came of them: the project's own contracts and models, up to these and of their inputs. */
const SUBSET: LoadedProject = {
  ...PROJECT,
  ...assembleProject(readBy('gold.customer_360', 'gold.experiment_outcomes')),
};

const BOUGHT = '2026-01-10';
const REVERSED = [
  ...[
    'refunded',
    'Returned',
    'CANCELLED',
    'canceled ',
    ' failed',
    'declined',
    'Voided',
    'chargeback',
    'charged_back\n',
  ],
];
const KEPT = [undefined, ' ', 'completed', 'pending', 'not refunded'];

let folder: string;
let pipeline: Pipeline;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-refunds-'));
  pipeline = new Pipeline(join(folder, 'warehouse'), SUBSET);
});
afterAll(async () => {
  await pipeline.close();
  await rm(folder, { recursive: true });
});

function readBy(...names: string[]): typeof PROJECT.models {
  const wanted = new Set([...names, 'quarantine.unparsable']);
  return PROJECT.models
    .toReversed()
    .filter((model) => {
      const isWanted = model.outputs.some(({ table }) => wanted.has(table));
      if (isWanted) for (const { table } of model.inputs) wanted.add(table);
      return isWanted;
    })
    .toReversed();
}

let events = 0;

/** A line as it is sent, under an id of its own. */
function line(type: string, data: object): string {
  return JSON.stringify({ specversion: '1.0', id: `e${++events}`, source: 'shop', type, data });
}

function purchase(transaction_id: string, user_id: string, price: string, more: object = {}): string {
  const timestamp = `${BOUGHT}T12:00:00Z`;
  return line('transactions', { transaction_id, user_id, product_id: ' p-1', quantity: 1, price, timestamp, ...more });
}

function decision(user_id: string, variant: string): string {
  const decided = {
    decision_type: 'pricing',
    output_price: '1.00',
    model_version: '1',
    timestamp: `${BOUGHT}T10:00:00Z`,
  };
  return line('decisions', { request_id: `d ${user_id}`, user_id, experiment: 'price', variant, ...decided });
}

function refund(refund_id: string, user_id: string, transaction_id: string, amount: string, day: string): string {
  return line('refunds', { refund_id, transaction_id, user_id, amount, timestamp: `${day}T12:00:00Z` });
}

async function run(arrival: string, lines: readonly string[]): Promise<RunReport> {
  const sent = lines.map((each) => ({ line: each, arrival }));
  expect((await pipeline.ingest(await writeFiles(folder, `arrived ${arrival}`, sent))).failures).toEqual([]);
  const report = await pipeline.run();
  expect(report).toMatchObject({ failures: [], errors: [], blocked: [] });
  return report;
}

/** Some columns of a table's rows, in their order. */
async function values(table: string, ...names: string[]): Promise<(string | null)[][]> {
  const columns = [...SUBSET.tables.get(table)!.output.columns.map(({ name }) => name), 'dt'];
  const places = names.map((name) => columns.indexOf(name));
  return (await pipeline.rows())
    .get(table)!
    .map((row) => places.map((place) => row[place]!))
    .sort();
}

/** The value of a customer as of each day kept. */
async function lifetimeOf(user: string): Promise<Record<string, string>> {
  const rows = await values('gold.customer_360', 'customer_id', 'dt', 'lifetime_value');
  return Object.fromEntries(rows.filter(([id]) => id === user).map(([, dt, value]) => [dt!, value!]));
}

/** Days of the gold tables that a run published, by table. */
function goldOf({ published }: RunReport): Record<string, string[]> {
  const days: Record<string, string[]> = {};
  for (const { table, dt } of published)
    if (table.startsWith('gold.')) days[table] = [...(days[table] ?? []), dt].sort();
  return days;
}

describe('purchases and what came of them', () => {
  it('are kept or reversed by their status, however it is written', async () => {
    const statuses = [...REVERSED, ...KEPT].map((status, n) =>
      purchase(
        `s${String(n).padStart(2, '0')}`,
        'cem',
        '1.00',
        status === undefined ? {} : { transaction_status: status },
      ),
    );
    await run('2026-01-10', [
      ...statuses,
      ...[purchase('t1', 'ana', '20.00'), purchase('t2', 'bob', '8.00'), purchase('t3', 'ana', '-20.00')],
      ...[decision('ana', ' control'), decision('bob', 'control '), decision('dee', 'Control')],
      refund('r0', 'ana', 't1', '-4.00', BOUGHT),
    ]);
    const outcomes = await values('silver.transactions', 'transaction_id', 'outcome', 'product_id');
    expect(outcomes).toEqual([
      ...REVERSED.map((_, n) => [`s${String(n).padStart(2, '0')}`, 'reversed', 'P-1']),
      ...KEPT.map((_, n) => [`s${String(REVERSED.length + n).padStart(2, '0')}`, 'kept', 'P-1']),
      ...[
        ['t1', 'kept', 'P-1'],
        ['t2', 'kept', 'P-1'],
      ],
    ]);
    expect(await lifetimeOf('cem')).toEqual({ [BOUGHT]: `${KEPT.length}.00` });
  });

  it('are never of less than nothing, nor are refunds', async () => {
    expect(await values('quarantine.transactions', 'reasons')).toEqual([['price:out_of_range']]);
    expect(await values('quarantine.refunds', 'reasons')).toEqual([['amount:out_of_range']]);
  });

  it('are of the variant that was given, whatever blanks are around it', async () => {
    expect(await values('gold.experiment_exposures', 'variant', 'user_id')).toEqual([
      ['Control', 'dee'],
      ['control', 'ana'],
      ['control', 'bob'],
    ]);
  });

  it('are paid back on the day of the refund, once if it is sent twice', async () => {
    await run('2026-01-31', [refund('r1', 'ana', 't1', '5.00', '2026-01-13')]);
    await run('2026-02-05', [
      refund('r1', 'ana', 't1', '5.00', '2026-01-13'),
      refund('r1', 'ana', 't1', '5.00', '2026-01-15'),
      refund('r2', 'ana', 't1', '15.00', '2026-02-05'),
      refund('r3', 'eve', 't99', '9.00', '2026-02-05'),
    ]);
    expect(await values('gold.customer_refund_day', 'dt', 'user_id', 'refunds', 'refunded_amount')).toEqual([
      ['2026-01-13', 'ana', '1', '5.00'],
      ['2026-02-05', 'ana', '1', '15.00'],
      ['2026-02-05', 'eve', '1', '9.00'],
    ]);
    expect(await lifetimeOf('ana')).toEqual({ '2026-01-31': '15.00', '2026-02-05': '0.00' });
    expect(await lifetimeOf('eve')).toEqual({});
    expect(await values('gold.experiment_outcomes', 'dt', 'user_id', 'purchases', 'revenue')).toEqual([
      ['2026-01-10', 'ana', '1', '20.00'],
      ['2026-01-10', 'bob', '1', '8.00'],
      ['2026-01-13', 'ana', '0', '-5.00'],
    ]);
  });

  it('stay as they were built when a refund comes late: its own day and what adds up later is built anew', async () => {
    const report = await run('2026-02-06', [refund('r4', 'bob', 't2', '1.50', '2026-01-15')]);
    expect(goldOf(report)).toEqual({
      'gold.customer_refund_day': ['2026-01-15'],
      'gold.experiment_outcomes': ['2026-01-15'],
      'gold.customer_360': ['2026-01-31', '2026-02-05'],
    });
    expect(report.published.map(({ table }) => table)).not.toContain('silver.transactions');
    expect(await lifetimeOf('bob')).toEqual({ '2026-01-31': '6.50', '2026-02-05': '6.50' });
    const outcomes = await values('gold.experiment_outcomes', 'dt', 'user_id', 'revenue', 'refunded_amount');
    expect(outcomes).toContainEqual(['2026-01-15', 'bob', '-1.50', '1.50']);
  });
});
