import type { QuerySpecificationContext, SelectItemContext } from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { sourcesOf, windowSources } from './expression-sources.ts';
import { itemsOf } from './from-items.ts';
import type { FindRelation, LineageColumn, Relation } from './relation.ts';
import { allColumns, emptyScope, type Scope } from './scope.ts';
import { asCondition, NOTHING, type Sources, union } from './sources.ts';
import { aliasesOf, identifiersOf, nameOf, partsOf } from './syntax.ts';
import { UnresolvedError } from './unresolved-error.ts';

const LITERAL = /^(cast\()?('[^']*'|[\d.]+(e\d+)?|null|true|false)(as[^)]+(\([\d,]+\))?\))?$/i;

/** What one `select … from …` gives. */
export function resolveSelect(
  select: QuerySpecificationContext,
  find: FindRelation,
  outer: Scope | undefined,
): Relation {
  let scope = emptyScope(find, outer);
  for (const relation of select.relation()) scope = itemsOf(relation, scope);
  const windows = new Map(scope.windows);
  for (const window of select.windowDefinition())
    windows.set(nameOf(window.identifier()), windowSources(window.windowSpecification(), { ...scope, windows }));
  scope = { ...scope, windows };

  const where = select.whereClause();
  const having = select.havingClause();
  const grouping = select.groupBy();
  // They decide about rows, not values; but every name in them must mean something, and their subqueries read tables.
  if (grouping) sourcesOf(grouping, scope);
  const [before, after] = [where, having].map((clause) => (clause ? withoutDays(sourcesOf(clause, scope)) : NOTHING));
  scope = { ...scope, filters: union([...scope.items.map(({ relation }) => relation.filters), before!]) };
  const columns = select
    .selectList()
    .selectItem()
    .flatMap((item, i) => columnsOf(item, i, scope));
  return {
    columns,
    rows: new Set(scope.items.flatMap(({ relation }) => [...relation.rows])),
    filters: union([scope.filters, after!]),
    reads: new Set([...scope.reads, ...scope.items.flatMap(({ relation }) => [...relation.reads])]),
  };
}

function withoutDays(filter: Sources): Sources {
  return new Map([...asCondition(filter)].filter(([, { column }]) => column !== 'dt'));
}

function columnsOf(item: SelectItemContext, index: number, scope: Scope): LineageColumn[] {
  if (item.selectAllWithoutTable()) return allColumns(scope);
  const ofOne = item.tableAllColumns();
  if (ofOne) {
    const [name] = /^(\w+)\.\*$/.exec(ofOne.getText().toLowerCase())?.slice(1) ?? [];
    const found = scope.items.find((each) => each.name === name);
    if (!found) throw new UnresolvedError(`there is nothing that ${ofOne.getText()} could mean`);
    const names = aliasesOf(item.columnAliases());
    return found.relation.columns.map((column, i) => ({ ...column, name: names[i] ?? column.name }));
  }
  const alias = identifiersOf(item)[0];
  const plain = item.selectLiteralColumnName()?.columnRef().qualifiedName();
  const expression = item.selectExpressionColumnName() ?? item.selectLiteralColumnName();
  if (!expression) throw new UnresolvedError(`selects ${item.getText()}, which is not followed`);
  const name = alias ?? (plain ? partsOf(plain).at(-1)! : `_col${index}`);
  const text = expression.getText();
  return [{ name, sources: sourcesOf(expression, scope), ...(LITERAL.test(text) ? { literal: text } : {}) }];
}
