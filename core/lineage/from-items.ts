import {
  type AliasedRelationContext,
  ExpressionSourceTableContext,
  JoinRelationContext,
  LateralContext,
  ParenthesizedRelationContext,
  RelationDefaultContext,
  type RelationPrimaryContext,
  type SampledRelationContext,
  SubqueryRelationContext,
  TableNameContext,
  UnnestContext,
} from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';
import { sourcesOf } from './expression-sources.ts';
import { resolveQuery, tableNamed } from './query-relation.ts';
import { NO_ROWS, type Relation, renamed } from './relation.ts';
import { allColumns, type Scope } from './scope.ts';
import { NOTHING, union } from './sources.ts';
import { aliasesOf, hasWord, identifiersOf, type Node, nameOf } from './syntax.ts';
import { UnresolvedError } from './unresolved-error.ts';

/** The scope with what one relation of `from` adds: a table, a subquery, or all parts of a join. */
export function itemsOf(relation: Node, scope: Scope): Scope {
  if (relation instanceof RelationDefaultContext) return ofSampled(relation.sampledRelation(), scope);
  if (!(relation instanceof JoinRelationContext))
    throw new UnresolvedError(`reads ${relation.getText()}, which is not followed`);
  let joined = scope;
  for (const side of relation.relation()) joined = itemsOf(side, joined);
  const right = relation.sampledRelation();
  if (right) joined = ofSampled(right, joined);
  if (hasWord(relation, 'natural')) throw new UnresolvedError('joins naturally, which is not followed');
  const criteria = relation.joinCriteria();
  if (!criteria) return joined;
  const using = identifiersOf(criteria);
  joined = { ...joined, using: new Set([...joined.using, ...using]) };
  sourcesOf(criteria, joined);
  return joined;
}

function ofSampled(sampled: SampledRelationContext, scope: Scope): Scope {
  const recognition = sampled.patternRecognition();
  if (hasWord(recognition, 'match_recognize'))
    throw new UnresolvedError('recognizes row patterns, which is not followed');
  return ofAliased(recognition.aliasedRelation(), scope);
}

function ofAliased(aliased: AliasedRelationContext, scope: Scope): Scope {
  const primary = aliased.relationPrimary();
  const alias = aliased.identifier();
  if (primary instanceof ParenthesizedRelationContext && !alias) return itemsOf(primary.relation(), scope);
  const names = aliasesOf(aliased.columnAliases());
  const name =
    (alias && nameOf(alias)) ?? (primary instanceof TableNameContext ? primary.getText().toLowerCase() : undefined);
  const relation = renamed(ofPrimary(primary, scope, names.length), names);
  return { ...scope, items: [...scope.items, { name, relation }] };
}

function ofPrimary(primary: RelationPrimaryContext, scope: Scope, width: number): Relation {
  if (primary instanceof TableNameContext) return tableNamed(primary.tableOrViewName(), scope.find);
  if (primary instanceof ParenthesizedRelationContext) {
    const inner = itemsOf(primary.relation(), { ...scope, items: [], using: new Set() });
    return {
      columns: allColumns(inner),
      rows: new Set(inner.items.flatMap(({ relation }) => [...relation.rows])),
      filters: union(inner.items.map(({ relation }) => relation.filters)),
      reads: new Set(inner.items.flatMap(({ relation }) => [...relation.reads])),
    };
  }
  const source = primary instanceof ExpressionSourceTableContext ? primary.relationSourceTable() : undefined;
  if (source instanceof SubqueryRelationContext) return resolveQuery(source.query(), scope.find, scope.outer);
  if (source instanceof LateralContext) return resolveQuery(source.query(), scope.find, scope);
  if (source instanceof UnnestContext) return ofUnnest(source, scope, width);
  throw new UnresolvedError(`reads ${primary.getText()}, which is not followed`);
}

/** Each array is a column; where a map or an array of rows makes several of one, each of them is made of everything given. */
function ofUnnest(unnest: UnnestContext, scope: Scope, named: number): Relation {
  const given = unnest.expression().map((expression) => sourcesOf(expression, scope));
  const places = hasWord(unnest, 'ordinality') ? [NOTHING] : [];
  const width = Math.max(named - places.length, given.length);
  const elements = width === given.length ? given : Array.from({ length: width }, () => union(given));
  const columns = [...elements, ...places].map((sources, i) => ({ name: `_col${i}`, sources }));
  return { columns, ...NO_ROWS };
}
