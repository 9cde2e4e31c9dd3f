import type { FindRelation, LineageColumn, Relation } from './relation.ts';
import { NOTHING, type Sources, union } from './sources.ts';
import { UnresolvedError } from './unresolved-error.ts';

/** A relation in `from`, under the name that columns can be qualified with. */
interface ScopeItem {
  readonly name: string | undefined;
  readonly relation: Relation;
}

/** What the names in an expression can mean. */
export interface Scope {
  readonly items: readonly ScopeItem[];
  /** Columns named in `using`: one column, made of both sides. */
  readonly using: ReadonlySet<string>;
  /** Names of windows: what they are made of. */
  readonly windows: ReadonlyMap<string, Sources>;
  /** Parameters of lambdas around the expression: what they hold comes from the other arguments. */
  readonly parameters: ReadonlySet<string>;
  /** What decides which rows are left of `items`. */
  readonly filters: Sources;
  readonly find: FindRelation;
  /** Of the query around a subquery. */
  readonly outer: Scope | undefined;
  /** Takes down every table that a subquery in the expression reads. */
  readonly reads: Set<string>;
}

export function emptyScope(find: FindRelation, outer: Scope | undefined): Scope {
  return {
    ...{ items: [], using: new Set(), windows: new Map(), parameters: new Set(), filters: NOTHING },
    ...{ find, outer, reads: new Set() },
  };
}

/**
 * What a column is made of: `column`, `relation.column`, or either with members of a row after it.
 * @throws UnresolvedError if there is none, or more than one
 */
export function resolveColumn(parts: readonly string[], scope: Scope): Sources {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const found = resolveIn(parts, at);
    if (found) return found;
  }
  throw new UnresolvedError(`there is no column ${parts.join('.')} where it is used`);
}

function resolveIn(parts: readonly string[], scope: Scope): Sources | undefined {
  const [first, second] = parts as [string, string | undefined];
  if (scope.parameters.has(first)) return new Map();
  const item = second === undefined ? undefined : scope.items.find(({ name }) => name === first);
  if (item) return one(columnsNamed(item.relation, second!), parts);
  const found = scope.items.flatMap(({ relation }) => columnsNamed(relation, first));
  if (scope.using.has(first)) return union(found.map(({ sources }) => sources));
  return found.length === 0 ? undefined : one(found, parts);
}

function one(found: readonly LineageColumn[], parts: readonly string[]): Sources {
  if (found.length === 1) return found[0]!.sources;
  throw new UnresolvedError(
    `${parts.join('.')} is ${found.length === 0 ? 'not a column of what it names' : 'ambiguous'}`,
  );
}

function columnsNamed(relation: Relation, column: string): readonly LineageColumn[] {
  return relation.columns.filter(({ name }) => name === column);
}

/** The columns of `*`: those named in `using` once and first, then all others in order. */
export function allColumns({ items, using }: Scope): LineageColumn[] {
  const columns = items.flatMap(({ relation }) => relation.columns);
  const joined = [...using].map((name) => ({
    name,
    sources: union(columns.filter((column) => column.name === name).map(({ sources }) => sources)),
  }));
  return [...joined, ...columns.filter(({ name }) => !using.has(name))];
}
