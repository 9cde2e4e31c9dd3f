import { type AthenaClient, type ColumnInfo, type Datum, GetQueryResultsCommand } from '@aws-sdk/client-athena';
import type { QueryResult, Value } from '../../core/ports/query-engine.ts';

/** The most that Athena gives at once. */
const PAGE_ROWS = 1000;

/** All rows of a select that has succeeded. */
export async function queryResult(athena: AthenaClient, id: string): Promise<QueryResult> {
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
    // The first row of a select's first page has the names of the columns.
    for (const { Data: data = [] } of next === undefined ? found.slice(1) : found) {
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
