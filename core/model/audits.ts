import type { Audit } from './model.ts';

/** No two rows of a day share these columns. */
export function uniqueAudit(relation: string, columns: readonly string[]): Audit {
  const key = ['dt', ...columns.filter((column) => column !== 'dt')].join(', ');
  return {
    name: 'unique',
    sql: `select ${key}, count(*) as copies from ${relation} group by ${key} having count(*) > 1`,
  };
}

/** None of these columns is null. */
export function notNullAudit(relation: string, columns: readonly string[]): Audit {
  const shown = ['dt', ...columns.filter((column) => column !== 'dt')].join(', ');
  const nulls = columns.map((column) => `${column} is null`).join(' or ');
  return { name: 'not_null', sql: `select ${shown} from ${relation} where ${nulls}` };
}
