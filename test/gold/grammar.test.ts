import { TrinoSQL } from 'dt-sql-parser';
import { expect, test } from 'vitest';
import { relationName } from '../../core/model/model.ts';
import { GOLD, goldNamed, outputOf } from './model-files.ts';

const trino = new TrinoSQL();

test.each([...GOLD.keys()])('%s and its audits are Trino SQL', (name) => {
  const { sql, audits } = outputOf(goldNamed(name));
  for (const text of [sql, ...audits.map((audit) => audit.sql)]) expect(trino.validate(text), text).toEqual([]);
});

test.each([...GOLD.keys()])('%s reads every input that it declares', (name) => {
  const model = goldNamed(name);
  for (const { table } of model.inputs)
    expect(outputOf(model).sql).toMatch(new RegExp(`\\b(from|join) ${relationName(table)}\\b`));
});

test('the grammar refuses what only DuckDB accepts', () => {
  expect(trino.validate('select a::bigint from t qualify row_number() over () = 1')).not.toEqual([]);
});
