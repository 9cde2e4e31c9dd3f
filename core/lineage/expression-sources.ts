import {
  ColumnNameContext,
  ColumnRefContext,
  ExistsContext,
  FilterContext,
  FunctionCallContext,
  LambdaContext,
  MeasureContext,
  OverContext,
  QueryContext,
  SearchedCaseContext,
  SimpleCaseContext,
  SortItemContext,
  TypeContext,
} from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { resolveQuery } from './query-relation.ts';
import { resolveColumn, type Scope } from './scope.ts';
import { asCondition, asValue, memberOf, NOTHING, type Sources, sourceOf, union } from './sources.ts';
import { childrenOf, hasWord, type Node, nameOf, partsOf } from './syntax.ts';
import { UnresolvedError } from './unresolved-error.ts';

/** Aggregates and window functions whose further arguments only choose among the values of the first. */
const CHOSEN_BY_SECOND = new Set(['min_by', 'max_by']);
/** What is counted is what the number is made of, also where it stands in a condition. */
const COUNTS = new Set(['count', 'count_if', 'approx_distinct']);
/** So do these where no value flows into them: `sum(case when a > 1 then 1 else 0 end)` counts. */
const COUNTS_OF_CONSTANTS = new Set(['sum', 'avg']);
/** What they order by is what the number is made of; a row number only tells rows apart. */
const RANKS = new Set(['rank', 'dense_rank', 'percent_rank', 'cume_dist']);
/** Their first argument is JSON, their second the path of a member. */
const MEMBER_OF = new Set(['json_extract_scalar', 'json_extract']);

/**
 * What the value of an expression is made of.
 * @throws UnresolvedError for a name that nothing in scope has, or syntax that cannot be followed
 */
export function sourcesOf(node: Node, scope: Scope): Sources {
  if (node instanceof ColumnNameContext || node instanceof ColumnRefContext) {
    const name = node.qualifiedName();
    return name === null ? NOTHING : resolveColumn(partsOf(name), scope);
  }
  if (node instanceof FunctionCallContext) return ofCall(node, scope);
  if (node instanceof SearchedCaseContext || node instanceof SimpleCaseContext) return ofCase(node, scope);
  if (node instanceof OverContext) return asCondition(ofWindow(node, scope));
  if (node instanceof FilterContext || node instanceof SortItemContext) return asCondition(ofChildren(node, scope));
  if (node instanceof ExistsContext) return rowsOf(subquery(node.query(), scope).rows, 'condition');
  if (node instanceof QueryContext) return union(subquery(node, scope).columns.map(({ sources }) => sources));
  if (node instanceof LambdaContext) {
    const parameters = new Set([...scope.parameters, ...node.identifier().map(nameOf)]);
    return sourcesOf(node.expression(), { ...scope, parameters });
  }
  if (node instanceof MeasureContext)
    throw new UnresolvedError('uses measures of row patterns, which are not followed');
  if (node instanceof TypeContext) return NOTHING;
  return ofChildren(node, scope);
}

function ofChildren(node: Node, scope: Scope): Sources {
  return union(childrenOf(node).map((child) => sourcesOf(child, scope)));
}

function ofCall(call: FunctionCallContext, scope: Scope): Sources {
  const name = call.functionName().getText().toLowerCase();
  const args = call.expression();
  const given = args.map((arg) => sourcesOf(arg, scope));
  const rest = [call.filter(), call.over(), ...call.sortItem()].flatMap((part) => part ?? []);
  const around = rest.map((part) => sourcesOf(part, scope));
  if (COUNTS.has(name) || (COUNTS_OF_CONSTANTS.has(name) && !flowsIn(given))) {
    const counted = union(given);
    const rows = new Set(scope.items.flatMap(({ relation }) => [...relation.rows]));
    const number = counted.size > 0 ? [asValue(counted)] : [rowsOf(rows, 'value'), scope.filters];
    return union([...number, ...around]);
  }
  if (call.identifier() !== null || hasWord(call, '*'))
    throw new UnresolvedError(`uses ${name} of whole rows, which is not followed`);
  if (MEMBER_OF.has(name)) {
    const path = /^'(.*)'$/.exec(args[1]?.getText() ?? '')?.[1];
    if (path !== undefined) return union([memberOf(given[0]!, path), ...around]);
  }
  if (RANKS.has(name)) {
    const order = call.over()?.windowSpecification()?.sortItem() ?? [];
    return union([...order.map((item) => asValue(sourcesOf(item, scope))), ...around]);
  }
  if (name === 'if') return union([asCondition(given[0]!), ...given.slice(1), ...around]);
  if (CHOSEN_BY_SECOND.has(name)) return union([given[0]!, ...given.slice(1).map(asCondition), ...around]);
  return union([...given, ...around]);
}

function flowsIn(given: readonly Sources[]): boolean {
  return given.some((sources) => [...sources.values()].some(({ how }) => how === 'value'));
}

function ofCase(node: SearchedCaseContext | SimpleCaseContext, scope: Scope): Sources {
  const parts = childrenOf(node).filter((child) => child.getChildCount() > 0);
  const whens = node.whenClause();
  const conditions: Sources[] = [];
  const results: Sources[] = [];
  for (const when of whens) {
    const [condition, result] = when.expression();
    conditions.push(sourcesOf(condition!, scope));
    results.push(sourcesOf(result!, scope));
  }
  for (const part of parts) {
    if (whens.some((when) => when === part)) continue;
    (parts.indexOf(part) < parts.indexOf(whens[0]!) ? conditions : results).push(sourcesOf(part, scope));
  }
  return union([...results, ...conditions.map(asCondition)]);
}

function ofWindow(over: OverContext, scope: Scope): Sources {
  const name = over.identifier();
  const specification = over.windowSpecification();
  if (specification) return windowSources(specification, scope);
  const window = name && scope.windows.get(nameOf(name));
  if (!window) throw new UnresolvedError(`there is no window ${name?.getText()}`);
  return window;
}

/** What a window is made of: its own parts and the window it builds on. */
export function windowSources(specification: Node & { identifier(): unknown }, scope: Scope): Sources {
  const base = childrenOf(specification).flatMap((child) => scope.windows.get(child.getText().toLowerCase()) ?? []);
  return union([...base, ofChildren(specification, scope)]);
}

function subquery(query: QueryContext, scope: Scope) {
  const relation = resolveQuery(query, scope.find, scope);
  for (const table of relation.reads) scope.reads.add(table);
  return relation;
}

/** That there are rows of these tables, and how many. */
export function rowsOf(tables: Iterable<string>, how: 'value' | 'condition'): Sources {
  return union([...tables].map((table) => sourceOf({ table, how })));
}
