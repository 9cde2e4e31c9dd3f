import { type Model, relationName } from '../model/model.ts';
import { codeDigest } from './code-digest.ts';
import type { Contract } from './contract.ts';
import { problemSql } from './field-sql.ts';
import { judgedSteps, soundSql } from './judged-steps.ts';
import { hasProtected, keptMeaning, keptSql, pseudonymJoin } from './protection.ts';

/** The table of the keys of an entity's sound records, for entities whose duplicates are looked for across days. */
export function keysTable(entity: string): string {
  return `silver.${entity}_keys`;
}

/** The name under which SQL reads it. */
export function keysRelation(entity: string): string {
  return relationName(keysTable(entity));
}

/**
 * The model of `silver.<entity>_keys`: each key that a sound record of the day has, whether it counts in the silver table
 * or not. It reads and judges the records as the silver model does, but only the fields that a verdict needs.
 */
export function keysModel(contract: Contract, prelude: string): Model {
  const { entity, key } = contract;
  const judging = { ...contract, fields: fieldsThatMatter(contract) };
  const keyFields = key.map((name) => [name, contract.fields[name]!] as const);
  const fields = Object.fromEntries(keyFields);
  const table = keysTable(entity);
  const model: Omit<Model, 'codeDigest'> = {
    name: table,
    inputs: [{ table: `bronze.${entity}`, window: { kind: 'days', from: 0, to: 0 } }],
    partitions: 'day',
    keep: ['all'],
    steps: (dialect) => judgedSteps(judging, dialect),
    outputs: [
      {
        table,
        meaning: `A key that a sound record of ${entity} had on a day.`,
        columns: keyFields.map(([name, field]) => ({ name, type: field.type, meaning: keptMeaning(field) })),
        sql: `select distinct ${keyFields.map(([name, field]) => keptSql(name, field)).join(', ')}, dt
from judged${pseudonymJoin({ fields })}
where ${soundSql(judging)}`,
        audits: [],
      },
    ],
    accounts: 'select dt, count(*) as records\nfrom arrived\ngroup by dt',
    readsPseudonymKey: hasProtected(fields),
    file: `contracts/${entity}.ts`,
  };
  return { ...model, codeDigest: codeDigest(model, prelude) };
}

/** The key, and what can make a record unsound: the texts of other fields need not be read. */
function fieldsThatMatter({ fields, key }: Contract): Contract['fields'] {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, field]) => key.includes(name) || problemSql(name, field) !== null),
  );
}
