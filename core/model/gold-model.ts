import { createHash } from 'node:crypto';
import { ConfigurationError } from '../errors.ts';
import { notNullAudit, uniqueAudit } from './audits.ts';
import { type Header, parseHeader, splitModel } from './header.ts';
import { type Audit, type Model, relationName } from './model.ts';
import { formatWindow } from './window.ts';

/**
 * The model that a file of `sql/gold/` declares: its header, then one select whose last column is `dt`.
 *
 * @param file path of the file below the project root; its base name is the name of the table in `gold`
 * @param text the file
 * @param prelude the macros that the select may use, part of its code digest
 * @throws ConfigurationError naming the file, the key and what was expected
 */
export function goldModel(file: string, text: string, prelude: string): Model {
  const name = /(?:^|\/)([a-z][a-z0-9_]*)\.sql$/.exec(file)?.[1];
  if (!name) throw new ConfigurationError(`${file}: expected a file name in snake_case that ends in .sql.`);
  const { header: yaml, select } = splitModel(file, text);
  const header = parseHeader(file, yaml);
  const table = `gold.${name}`;
  if (header.inputs.some((input) => input.table === table))
    throw new ConfigurationError(`${file}: inputs.${table}: expected other tables: no model reads itself.`);
  const audits = [...header.audits].map(([audit, declared]) => toAudit(relationName(table), audit, declared));
  return {
    name: table,
    inputs: header.inputs,
    partitions: header.partitions,
    keep: header.days,
    steps: () => [],
    outputs: [{ table, columns: header.columns, sql: select, audits, meaning: header.row }],
    codeDigest: digest(header, audits, select, prelude),
    file,
  };
}

function toAudit(relation: string, name: string, declared: readonly string[] | string): Audit {
  if (typeof declared === 'string') return { name, sql: declared };
  return name === 'unique' ? uniqueAudit(relation, declared) : notNullAudit(relation, declared);
}

/** Covers what changes rows or their acceptance; prose, and the order of inputs and audits, do not. */
function digest(header: Header, audits: readonly Audit[], select: string, prelude: string): string {
  const meant = {
    inputs: header.inputs.map((input) => `${input.table} ${formatWindow(input.window)}`).sort(),
    partitions: header.partitions,
    days: [...header.days].sort(),
    columns: header.columns.map((column) => `${column.name} ${column.type}`),
    audits: audits.map((audit) => audit.sql).sort(),
    select,
    prelude,
  };
  return createHash('sha256').update(JSON.stringify(meant)).digest('hex');
}
