import { TrinoSQL } from 'dt-sql-parser';
import { expect, test } from 'vitest';
import { GOLD, goldNamed, outputOf } from './model-files.ts';

const trino = new TrinoSQL();

test.each([...GOLD.keys()])('%s and its audits are Trino SQL', (name) => {
  const { sql, audits } = outputOf(goldNamed(name));
  for (const text of [sql, ...audits.map((audit) => audit.sql)]) expect(trino.validate(text), text).toEqual([]);
});

test('the grammar refuses what only DuckDB accepts', () => {
  expect(trino.validate('select a::bigint from t qualify row_number() over () = 1')).not.toEqual([]);
});
