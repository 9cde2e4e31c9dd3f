import {
  InlineTableContext,
  type QueryNoWithContext,
  type QueryPrimaryContext,
  QueryPrimaryDefaultContext,
  QueryStatementContext,
  type QueryTermContext,
  QueryTermDefaultContext,
  RowConstructorContext,
  SetOperationContext,
  SubqueryContext,
  TableContext,
} from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { rowsOf, sourcesOf } from './expression-sources.ts';
import { type FindRelation, type LineageColumn, ofNoTable, type Relation, renamed } from './relation.ts';
import { emptyScope, type Scope } from './scope.ts';
import { resolveSelect } from './select-relation.ts';
import { NOTHING, type Sources, union } from './sources.ts';
import { aliasesOf, childrenOf, hasWord, type Node, nameOf, type QueryContext } from './syntax.ts';
import { UnresolvedError } from './unresolved-error.ts';

/**
 * What a query gives: its columns, each with what it is made of in terms of what `find` gives.
 * @param outer of the query around it, where it is a subquery
 * @throws UnresolvedError for a name that nothing in scope has, or syntax that cannot be followed
 */
export function resolveQuery(query: QueryContext, find: FindRelation, outer?: Scope): Relation {
  if (!(query instanceof QueryStatementContext)) throw new UnresolvedError('is a query of an unknown form');
  const clause = query.with();
  if (clause && hasWord(clause, 'recursive')) throw new UnresolvedError('is recursive, which is not followed');
  const named = new Map<string, Relation>();
  const known: FindRelation = (name) => named.get(name) ?? find(name);
  for (const part of clause?.namedQuery() ?? []) {
    const relation = resolveQuery(part.query(), known, outer);
    // Only a query that comes later sees it: a name defined again, or that of a table, means the earlier one until then.
    named.set(nameOf(part.identifier()), renamed(relation, aliasesOf(part.columnAliases())));
  }
  const body = ofBody(query.queryNoWith(), known, outer);
  return { ...body, reads: new Set([...named.values(), body].flatMap(({ reads }) => [...reads])) };
}

function ofBody(body: QueryNoWithContext, find: FindRelation, outer: Scope | undefined): Relation {
  if (body.sortItem().some(hasSubquery)) throw new UnresolvedError('orders by a subquery, which is not followed');
  return ofTerm(body.queryTerm(), find, outer);
}

function hasSubquery(node: Node): boolean {
  return node instanceof QueryStatementContext || childrenOf(node).some(hasSubquery);
}

function ofTerm(term: QueryTermContext, find: FindRelation, outer: Scope | undefined): Relation {
  if (term instanceof QueryTermDefaultContext) return ofPrimary(term.queryPrimary(), find, outer);
  if (!(term instanceof SetOperationContext)) throw new UnresolvedError('is a query of an unknown form');
  const branches = branchesOf(term).map((part) => ofTerm(part, find, outer));
  const [first, ...others] = branches as [Relation, ...Relation[]];
  for (const { columns } of others) {
    if (columns.length !== first.columns.length)
      throw new UnresolvedError(`unites ${first.columns.length} columns with ${columns.length}`);
  }
  const reads = new Set(branches.flatMap((branch) => [...branch.reads]));
  if (hasWord(term, 'except')) return { ...first, reads };
  return {
    columns: first.columns.map(({ name }, i) => ({ name, sources: ofUnited(branches, i) })),
    rows: new Set(branches.flatMap(({ rows }) => [...rows])),
    filters: union(branches.map(({ filters }) => filters)),
    reads,
  };
}

/** The parts of `a union b union c`, all of them: each may say what another leaves open. */
function branchesOf(term: QueryTermContext): QueryTermContext[] {
  if (!(term instanceof SetOperationContext)) return [term];
  const [left, right] = term.queryTerm() as [QueryTermContext, QueryTermContext];
  const goesOn = left instanceof SetOperationContext && hasWord(left, 'union') && hasWord(term, 'union');
  return goesOn ? [...branchesOf(left), right] : [left, right];
}

/** What stands in a column that only other branches fill. */
const BLANK = /^(cast\()?(null|0(\.0+)?(e0)?)(as.*\))?$/i;

/**
 * A column of a union. Where branches have constants, which of them a row has is decided by the branch that it is from: by the
 * rows that this one has. The same constant everywhere is one, and blanks beside something else say nothing.
 */
function ofUnited(branches: readonly Relation[], place: number): Sources {
  const columns = branches.map(({ columns }) => columns[place]!);
  const isBlank = ({ literal }: LineageColumn) => literal !== undefined && BLANK.test(literal);
  const isSame = columns.every(({ literal }) => literal !== undefined && literal === columns[0]!.literal);
  const saying = columns.every(isBlank) ? columns : columns.filter((column) => !isBlank(column));
  return union(
    branches.map(({ rows, filters }, i) => {
      const { sources } = columns[i]!;
      if (sources.size > 0 || isSame || !saying.includes(columns[i]!)) return sources;
      return union([rowsOf(rows, 'condition'), filters]);
    }),
  );
}

function ofPrimary(primary: QueryPrimaryContext, find: FindRelation, outer: Scope | undefined): Relation {
  if (primary instanceof QueryPrimaryDefaultContext) return resolveSelect(primary.querySpecification(), find, outer);
  if (primary instanceof SubqueryContext) return ofBody(primary.queryNoWith(), find, outer);
  if (primary instanceof TableContext) return tableNamed(primary.tableRef(), find);
  if (primary instanceof InlineTableContext) return ofValues(primary, find, outer);
  throw new UnresolvedError('is a query of an unknown form');
}

/** A table by its bare name: models name no layer. */
export function tableNamed(reference: Node, find: FindRelation): Relation {
  const name = reference.getText().toLowerCase();
  const relation = find(name);
  if (!relation) throw new UnresolvedError(`there is no table, step or CTE ${name}`);
  return relation;
}

function ofValues(values: InlineTableContext, find: FindRelation, outer: Scope | undefined): Relation {
  const scope = emptyScope(find, outer);
  const rows = values.expression().map((row) => {
    const fields = rowFields(row);
    return (fields ?? [row]).map((field) => sourcesOf(field, scope));
  });
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, i) => ({
    name: `_col${i}`,
    sources: union(rows.map((row) => row[i] ?? NOTHING)),
  }));
  return { ...ofNoTable([]), columns, reads: scope.reads };
}

/** The fields of `(1, 2)`; undefined for a plain value, also one in brackets. */
function rowFields(node: Node): readonly Node[] | undefined {
  if (node instanceof RowConstructorContext) return node.expression();
  const children = childrenOf(node);
  return children.length === 1 ? rowFields(children[0]!) : undefined;
}
