import type { BenchData } from './data.ts';

/** What both sides do: the product as a list of its commands, the raw script in one process. */
export interface Stage {
  name: string;
  product: string[][];
  raw: string;
}

/** The tables that the raw script builds, and those that the product needs to build them. */
const SILVER = ['silver.interactions', 'silver.transactions'];
const GOLD = [
  'gold.session_fragments',
  'gold.sessions',
  'gold.user_day',
  'gold.daily_metrics',
  'gold.monthly_metrics',
  'gold.session_totals',
  'gold.customer_day',
  'gold.customer_features',
];
const run = (tables: string[]) => ['run', '--tables', tables.join(',')];
const REBUILD = ['backfill', '--from', '1990-01-01', '--to', '2100-01-01', '--tables', GOLD.join(','), '--force'];

/** In this order, each on what the one before left. `split`: ingest, silver and gold apart, one process each. */
export function stagesOf(data: BenchData, split: boolean): Stage[] {
  const ingest = ['ingest', data.main.folder];
  const build: Stage[] = split
    ? [
        { name: 'ingest', product: [ingest], raw: 'bronze' },
        { name: 'silver', product: [run(SILVER)], raw: 'silver' },
        { name: 'gold', product: [run([...SILVER, ...GOLD])], raw: 'gold' },
      ]
    : [{ name: 'full', product: [ingest, run([...SILVER, ...GOLD])], raw: 'full' }];
  return [
    ...build,
    { name: 'late day', product: [['ingest', data.late.folder], run([...SILVER, ...GOLD])], raw: 'late' },
    { name: 'nothing to do', product: [run([...SILVER, ...GOLD])], raw: 'nothing' },
    { name: 'gold rebuild', product: [REBUILD], raw: 'gold' },
  ];
}
