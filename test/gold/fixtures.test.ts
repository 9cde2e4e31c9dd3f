import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, readFixtures } from './fixture.ts';
import { GoldDatabase, type Row } from './gold-database.ts';
import { columnsOf, GOLD, goldNamed, outputOf } from './model-files.ts';
import { noise } from './noise.ts';

const fixtures = readFixtures();
let database: GoldDatabase;

beforeAll(async () => {
  database = await GoldDatabase.open();
});
afterAll(() => database.close());

describe.each([...GOLD.keys()])('%s', (name) => {
  const model = goldNamed(name);
  const { table, audits } = outputOf(model);
  const cases = fixtures.filter((fixture) => fixture.model === name);

  test('has a fixture', () => {
    expect(cases).not.toEqual([]);
  });

  test('gives the columns that its header declares', async () => {
    const declared = columnsOf(table).map((column) => ({ name: column.name, type: column.type }));
    expect(await database.shape(model)).toEqual(declared);
  });

  describe.each(cases)('$name', (fixture) => {
    test('all target days in one statement', async () => {
      await load(fixture, []);
      await database.build(model, fixture.targets, fixture);
      expect(await database.rows(table)).toEqual(await expected(fixture));
    });

    test('one target day at a time', async () => {
      const want = await expected(fixture);
      await load(fixture, []);
      for (const target of fixture.targets) await database.build(model, [target], fixture);
      expect(await database.rows(table)).toEqual(want);
    });

    test('blind to what lies outside the windows', async () => {
      const want = await expected(fixture);
      await load(fixture, fixture.targets);
      await database.build(model, fixture.targets, { ...fixture, unfenced: true });
      expect(await database.rows(table)).toEqual(want);
      for (const target of fixture.targets) {
        await load(fixture, [target]);
        await database.build(model, [target], { ...fixture, unfenced: true });
        expect(await database.rows(table)).toEqual(want.filter((row) => row.at(-1) === target));
      }
    });

    test.each(audits.map((audit) => audit.name))('audit %s is silent', async (audit) => {
      await database.load(table, fixture.expected);
      expect(await database.complaints(model, audit)).toEqual([]);
    });
  });
});

/** An empty output, and the inputs with noise around the windows of the given days. */
async function load(fixture: Fixture, noisy: readonly string[]): Promise<void> {
  const model = goldNamed(fixture.model);
  await database.load(outputOf(model).table, []);
  for (const { table, window } of model.inputs) {
    const rows = fixture.inputs.get(table) ?? [];
    await database.load(table, [...rows, ...noise(table, rows, window, noisy)]);
  }
}

/** The expected rows as the engine writes their values. */
async function expected(fixture: Fixture): Promise<Row[]> {
  const { table } = outputOf(goldNamed(fixture.model));
  await database.load(table, fixture.expected);
  return database.rows(table);
}
