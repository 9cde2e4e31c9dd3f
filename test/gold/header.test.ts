import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../core/errors.ts';
import { goldModel } from '../../core/model/gold-model.ts';

const FILE = 'sql/gold/visits.sql';

/** A sound model file, with some lines of its header replaced. */
function modelFile(
  changes: Readonly<Record<string, string>> = {},
  select = 'select user_id, dt from interactions',
): string {
  const lines = {
    row: 'row: One visit.',
    inputs: 'inputs:\n  silver.interactions: [-3..0]\n  gold.user_day: [month]',
    columns:
      'columns:\n  user_id: varchar - Who came.\n  spend:\n    type: decimal(18,2)\n    meaning: What was spent.',
    audits: 'audits:\n  unique: [user_id]\n  not_null: [user_id]\n  sane: select dt from visits where spend < 0',
    ...changes,
  };
  return `/*\n${Object.values(lines).join('\n')}\n*/\n${select}\n`;
}

const read = (changes?: Readonly<Record<string, string>>, select?: string) =>
  goldModel(FILE, modelFile(changes, select), 'prelude');

describe('a model file', () => {
  test('gives a model', () => {
    const model = read();
    expect(model).toMatchObject({
      name: 'gold.visits',
      partitions: 'day',
      keep: ['all'],
      file: FILE,
      inputs: [
        { table: 'silver.interactions', window: { kind: 'days', from: -3, to: 0 } },
        { table: 'gold.user_day', window: { kind: 'month' } },
      ],
    });
    expect(model.outputs).toEqual([
      {
        table: 'gold.visits',
        meaning: 'One visit.',
        columns: [
          { name: 'user_id', type: 'varchar', meaning: 'Who came.' },
          { name: 'spend', type: 'decimal(18,2)', meaning: 'What was spent.' },
        ],
        sql: 'select user_id, dt from interactions',
        audits: [
          {
            name: 'unique',
            sql: 'select dt, user_id, count(*) as copies from visits group by dt, user_id having count(*) > 1',
          },
          { name: 'not_null', sql: 'select dt, user_id from visits where user_id is null' },
          { name: 'sane', sql: 'select dt from visits where spend < 0' },
        ],
      },
    ]);
  });

  test('may keep some days, or be monthly', () => {
    expect(read({ days: 'days: [month-end, last]' }).keep).toEqual(['month-end', 'last']);
    expect(read({ partitions: 'partitions: month' }).partitions).toBe('month');
  });
});

describe('the code digest', () => {
  const original = read().codeDigest;

  test.each([
    ['a row said better', read({ row: 'row: One visit of a user.' })],
    [
      'a meaning said better',
      read({ columns: 'columns:\n  user_id: varchar - The user.\n  spend: decimal(18,2) - Money.' }),
    ],
    ['inputs in another order', read({ inputs: 'inputs:\n  gold.user_day: [month]\n  silver.interactions: [-3..0]' })],
  ])('stays with %s', (_, model) => {
    expect(model.codeDigest).toBe(original);
  });

  test.each([
    ['the select', read({}, 'select user_id, dt from interactions where true')],
    ['a window', read({ inputs: 'inputs:\n  silver.interactions: [-2..0]\n  gold.user_day: [month]' })],
    ['a type', read({ columns: 'columns:\n  user_id: varchar - Who came.\n  spend: decimal(18,3) - What was spent.' })],
    ['an audit', read({ audits: 'audits:\n  unique: [user_id]\n  not_null: [user_id]' })],
    ['the days kept', read({ days: 'days: last' })],
    ['the partitions', read({ partitions: 'partitions: month' })],
    ['the prelude', goldModel(FILE, modelFile(), 'another prelude')],
  ])('changes with %s', (_, model) => {
    expect(model.codeDigest).not.toBe(original);
  });
});

describe('a mistake names the file, the key and what was expected', () => {
  test.each([
    [{ row: '' }, 'row: expected a sentence'],
    [{ colour: 'colour: red' }, 'colour: expected one of the keys row, inputs'],
    [{ inputs: 'inputs: interactions' }, 'inputs: expected a mapping'],
    [{ inputs: 'inputs:\n  interactions: [0]' }, 'inputs.interactions: expected a full table name'],
    [
      { inputs: 'inputs:\n  silver.interactions: [0..-1]' },
      'inputs.silver.interactions: expected a window such as [0]',
    ],
    [{ inputs: 'inputs:\n  gold.visits: [-1]' }, 'inputs.gold.visits: expected other tables: no model reads itself'],
    [{ partitions: 'partitions: week' }, 'partitions: expected "day" or "month"'],
    [{ days: 'days: [all, last]' }, 'days: expected all, or a list'],
    [{ columns: 'columns:\n  user_id: text - Who.' }, 'columns.user_id: expected a type among varchar'],
    [{ columns: 'columns:\n  user_id: varchar' }, 'columns.user_id: expected "type - meaning"'],
    [{ columns: 'columns:\n  dt: varchar - Day.' }, 'columns.dt: expected no column dt'],
    [{ audits: 'audits:\n  unique: [visitor]' }, 'audits.unique: expected columns of this model, not "visitor"'],
    [{ audits: 'audits:\n  sane: spend < 0' }, 'audits.sane: expected a select of the bad rows'],
    [{ row: 'row: a: b' }, 'header: expected YAML'],
  ])('%j', (changes, message) => {
    expect(() => read(changes as Readonly<Record<string, string>>)).toThrow(ConfigurationError);
    expect(() => read(changes as Readonly<Record<string, string>>)).toThrow(`${FILE}: ${message}`);
  });

  test.each([
    ['select 1', 'expected a header'],
    [modelFile({}, 'delete from interactions'), 'expected one statement after the header'],
    [modelFile({}, 'select 1;'), 'expected one select without a semicolon'],
  ])('text %#', (text, message) => {
    expect(() => goldModel(FILE, text, '')).toThrow(`${FILE}: ${message}`);
  });

  test('a file name', () => {
    expect(() => goldModel('sql/gold/Visits.sql', modelFile(), '')).toThrow('expected a file name in snake_case');
  });
});
