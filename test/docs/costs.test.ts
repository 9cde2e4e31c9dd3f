import { describe, expect, it } from 'vitest';
import { streamObjects } from '../../core/bronze/stream-objects.ts';
import { routeOf } from '../../core/contract/route-of.ts';
import { type Costs, costsOf, kinesisOf, project } from './costs.ts';
import { kilobyteRecords } from './kilobyte-events.ts';
import { expectInPage } from './page.ts';
import { prices } from './prices.ts';
import { arithmeticOf, dollarsOf, type Line } from './product.ts';
import { measured } from './workload.ts';

const SMALL = { eventsPerSecond: 100, shards: 4 };
const LARGE = { eventsPerSecond: 10_000, shards: 20 };

const expectTable = (name: string, text: string) =>
  expectInPage('docs/deploy.md', 'test/docs/costs.test.ts', name, text);

function table(lines: readonly Line[], { eventsPerDay }: Costs): string {
  const perMillion = (dollars: number): string => ((dollars / eventsPerDay) * 1e6).toFixed(4);
  const total = lines.reduce((sum, line) => sum + dollarsOf(line), 0);
  const rows = [
    ...lines.map((line) => [line.what, arithmeticOf(line), dollarsOf(line).toFixed(3), perMillion(dollarsOf(line))]),
    ['**All**', '', `**${total.toFixed(2)}**`, `**${perMillion(total)}**`],
  ];
  const head = ['what', 'arithmetic, a day', '$ a day', '$ per million events'];
  return `${[head, ['---', '---', '---:', '---:'], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

describe('The costs in docs/deploy.md', () => {
  it('are below 25 cents for a million events of 1 KB, at 100 a second, by a tenth', () => {
    expect(costsOf(SMALL).dollarsPerMillion).toBeLessThan(0.225);
    expect(costsOf(LARGE).dollarsPerMillion).toBeLessThan(costsOf(SMALL).dollarsPerMillion);
  });

  it('are of every model that the plan builds of these events', () => {
    const { models: built } = costsOf(SMALL);
    const sized = [...Object.keys(measured.tableBytes), ...Object.keys(measured.snapshotBytes)];
    for (const table of sized) expect(built, table).toContain(project.tables.get(table)?.model.name);
    for (const model of ['silver.transactions', 'gold.customer_360', 'gold.feature_drift', 'gold.retention_cohorts'])
      expect(built).toContain(model);
    expect(built).not.toContain('silver.orders');
  });

  it.each([
    ['costs at 100 events/s', SMALL],
    ['costs at 10,000 events/s', LARGE],
  ])('%s are what the arithmetic gives', (name, load) => {
    const costs = costsOf(load);
    expectTable(name, table(costs.lines, costs));
  });

  it.each([
    ['Kinesis at 100 events/s', SMALL],
    ['Kinesis at 10,000 events/s', LARGE],
  ])('%s is what the arithmetic gives', (name, load) => {
    expectTable(name, table(kinesisOf(load), costsOf(load)));
  });

  it('name the page of each price', () => {
    const rows = Object.values(prices).map(({ dollars, per, unit, page }) => {
      const units = per === 1 ? unit : `${per.toLocaleString('en-US')} ${unit}`;
      return `| $${dollars} | ${units} | <${page}> |\n`;
    });
    expectTable('prices', `| price | for | page |\n| ---: | --- | --- |\n${rows.join('')}`);
  });
});

it('a batch of the stream is what the arithmetic says', () => {
  const records = kilobyteRecords(3000);
  const objects = streamObjects(records, project.contracts.map(routeOf));
  const bytes = objects.reduce((sum, { content }) => sum + content.length, 0);
  const received = records.reduce((sum, { data }) => sum + data.length, 0);
  expect(received / records.length).toBeGreaterThan(1000);
  expect(bytes / received).toBeCloseTo(measured.compression, 1);
  expect(bytes / received).toBeLessThanOrEqual(measured.compression);
  expect(objects.length).toBeLessThanOrEqual(measured.objectsPerBatch);
  const large = objects.filter(({ content }) => content.length >= 256 * 1024);
  expect(large).toHaveLength(measured.largeObjectsPerBatch);
});
