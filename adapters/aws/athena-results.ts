import { type AthenaClient, type ColumnInfo, type Datum, GetQueryResultsCommand } from '@aws-sdk/client-athena';
import type { QueryResult, Value } from '../../core/ports/query-engine.ts';

/** The most that Athena gives at once. */
const PAGE_ROWS = 1000;

/**
 * All rows of a query that has succeeded.
 * @param hasHeader its first row has the names of the columns, as that of a select; not that of show or describe
 */
export async function queryResult(athena: AthenaClient, id: string, hasHeader = true): Promise<QueryResult> {
  let columns: readonly ColumnInfo[] = [];
  const rows: Value[][] = [];
  let next: string | undefined;
  // Each page comes with a token for the next; Athena ends the chain.
  do {
    const page = await athena.send(
      new GetQueryResultsCommand({
        QueryExecutionId: id,
        MaxResults: PAGE_ROWS,
        ...(next === undefined ? {} : { NextToken: next }),
      }),
    );
    columns = page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? columns;
    const found = page.ResultSet?.Rows ?? [];
    for (const { Data: data = [] } of hasHeader && next === undefined ? found.slice(1) : found) {
      rows.push(columns.map((column, i) => typedValue(data[i], column)));
    }
    next = page.NextToken;
  } while (next !== undefined);
  return { columns: columns.map((column) => ({ name: column.Name ?? '', type: typeOf(column) })), rows };
}

/** Athena gives texts; a null has none. */
function typedValue(datum: Datum | undefined, { Type: type }: ColumnInfo): Value {
  const text = datum?.VarCharValue;
  if (text === undefined) return null;
  switch (type) {
    case 'bigint':
      return BigInt(text);
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'int':
    case 'float':
    case 'real':
    case 'double':
      return Number(text);
    case 'boolean':
      return text === 'true';
    default:
      return text;
  }
}

function typeOf({ Type: type = '', Precision: precision, Scale: scale }: ColumnInfo): string {
  return type === 'decimal' ? `decimal(${precision},${scale})` : type;
}
