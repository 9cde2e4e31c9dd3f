import { createHash } from 'node:crypto';
import type { Model } from '../model/model.ts';

/**
 * Hash of everything that the rows of a model depend on besides its inputs: its SQL in both dialects, the names and types
 * of its columns, its audits, and the macros. Not of the prose, so that a better docstring rebuilds nothing.
 */
export function codeDigest(model: Omit<Model, 'codeDigest'>, prelude: string): string {
  const text = JSON.stringify([
    model.inputs,
    model.steps('duckdb'),
    model.steps('trino'),
    model.outputs.map(({ table, columns, sql, audits }) => [
      table,
      columns.map(({ name, type }) => [name, type]),
      sql,
      audits,
    ]),
    model.accounts,
    prelude,
  ]);
  return createHash('sha256').update(text).digest('hex');
}
