import type { Contract } from './contract.ts';

/**
 * A select with its rows of each day in the order of the contract's cluster, then of `key`. They are numbered in that order,
 * because that is how both engines hand them to what writes them in it: Athena drops an `order by` of what is written.
 *
 * @param columns of the select, without `dt`
 */
export function clusteredSql(
  { cluster }: Pick<Contract, 'cluster'>,
  key: readonly string[],
  columns: readonly string[],
  select: string,
): string {
  if (cluster.length === 0) return select;
  const order = [...new Set([...cluster, ...key])].map((name) => `r.${name}`).join(', ');
  return `select ${[...columns, 'dt'].join(', ')}
from (
  select
    r.*,
    row_number() over (partition by r.dt order by ${order}) as place_
  from (
    ${select.replaceAll('\n', '\n    ')}
  ) as r
) as clustered
where place_ > 0`;
}
