import { RootQueryContext, StatementDefaultContext } from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { TrinoSQL } from 'dt-sql-parser/dist/parser/trino/index.js';
import type { QueryContext } from './syntax.ts';
import { UnresolvedError } from './unresolved-error.ts';

const grammar = new TrinoSQL();

/**
 * The syntax tree of one query in Athena's dialect. The grammar is large: the first query takes a second, later ones
 * milliseconds.
 * @throws UnresolvedError if it is not one query of that dialect
 */
export function parseQuery(sql: string): QueryContext {
  const errors: string[] = [];
  const statements = grammar
    .parse(sql, (error) => errors.push(`line ${error.startLine}: ${error.message}`))
    .statements();
  if (errors[0] !== undefined) throw new UnresolvedError(`is not in Athena's grammar: ${errors[0]}`);
  const statement = statements.length === 1 ? statements[0]!.singleStatement().statement() : undefined;
  const root = statement instanceof StatementDefaultContext ? statement.rootQuery() : undefined;
  if (!(root instanceof RootQueryContext) || root.withFunction())
    throw new UnresolvedError('is not one query: expected "with" or "select"');
  return root.query();
}
