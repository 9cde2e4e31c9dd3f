import {
  type ColumnAliasesContext,
  IdentifierContext,
  type QualifiedNameContext,
  type QueryContext,
} from 'dt-sql-parser/dist/lib/trino/TrinoSqlParser.js';

export type { QueryContext };

/** Any node of a syntax tree. */
export type Node = NonNullable<ReturnType<QueryContext['getChild']>>;

export function childrenOf(node: Node): Node[] {
  return Array.from({ length: node.getChildCount() }, (_, i) => node.getChild(i)!);
}

/** An identifier as SQL compares it: without quotes, in lower case (in Athena that holds for quoted ones too). */
export function nameOf(identifier: IdentifierContext): string {
  const text = identifier.getText();
  return (/^["`]/.test(text) ? text.slice(1, -1) : text).toLowerCase();
}

/** The parts of `a.b.c`. */
export function partsOf(name: QualifiedNameContext): string[] {
  return name.identifier().map(nameOf);
}

/** The names in `as t (a, b)`; none if it has none. */
export function aliasesOf(aliases: ColumnAliasesContext | null): string[] {
  return aliases === null ? [] : aliases.identifier().map(nameOf);
}

/** Identifiers that are children of this very node. */
export function identifiersOf(node: Node): string[] {
  return childrenOf(node)
    .filter((child) => child instanceof IdentifierContext)
    .map(nameOf);
}

/** Whether one of the node's own words is this (in lower case). */
export function hasWord(node: Node, word: string): boolean {
  return childrenOf(node).some((child) => child.getChildCount() === 0 && child.getText().toLowerCase() === word);
}
