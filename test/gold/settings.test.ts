import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Model } from '../../core/model/model.ts';
import { edited } from './edited-model.ts';
import { readFixtures } from './fixture.ts';
import { GoldDatabase } from './gold-database.ts';
import { columnsOf, GOLD, goldNamed, outputOf } from './model-files.ts';

let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

/** What a model gives of the inputs of its fixture, each row by the names of the columns. */
async function rowsOf(model: Model) {
  const { table } = outputOf(model);
  const fixture = readFixtures().find((each) => `gold.${each.model}` === table)!;
  await database.load(table, []);
  for (const input of model.inputs) await database.load(input.table, fixture.inputs.get(input.table) ?? []);
  await database.build(model, fixture.targets, fixture);
  const names = columnsOf(table).map(({ name }) => name);
  const rows = await database.rows(table);
  return rows.map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]!])));
}

test('the divisor of the volumetric weight is one number: with 6000 parcels are charged by that of the IATA', async () => {
  const before = await rowsOf(goldNamed('shipping_features'));
  const model = edited('shipping_features', /5000e0(?= as cm3_per_kg)/, '6000e0');
  const after = await rowsOf(model);
  expect(after.map((row) => row.volumetric_weight_kg)).toEqual(before.map((row) => row.volumetric_weight_iata_kg));
  // P2 has 60000 cm3 and 1 kg.
  const charged = (rows: typeof after) =>
    rows.find(({ sku, zone }) => sku === 'P2' && zone === 'A')!.chargeable_weight_kg;
  expect([charged(before), charged(after)]).toEqual(['12.000', '10.000']);
  for (const { name } of outputOf(model).audits) expect(await database.complaints(model, name)).toEqual([]);
});

test('the weights of the anchor score are three numbers', async () => {
  const popular = edited(
    'pricing_features',
    /0\.5e0 as popularity_weight,\s+0\.3e0 as conversion_weight,\s+0\.2e0 (?=as margin)/,
    '1e0 as popularity_weight, 0e0 as conversion_weight, 0e0 ',
  );
  const scored = (await rowsOf(popular)).filter(({ anchor_score }) => anchor_score !== null);
  expect(scored).not.toEqual([]);
  expect(scored.map((row) => row.anchor_score)).toEqual(scored.map((row) => row.popularity_rank));
});

test('settings are the first step of a model, each told in a comment', () => {
  const withSettings = [...GOLD.values()].map(outputOf).filter(({ sql }) => /\bsettings as \(/.test(sql));
  expect(withSettings.map(({ table }) => table)).toEqual(
    expect.arrayContaining(['gold.pricing_features', 'gold.shipping_features']),
  );
  for (const { sql, table } of withSettings) expect(sql.trim(), table).toMatch(/^with settings as \(\s+select\s+-- /);
});
