import { UsageError } from '../errors.ts';
import { suggestion } from '../model/project.ts';

/** A text, a quoted name, a comment (none of which is looked into), or a name with one of the layers before it. */
const PARTS =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w.])(bronze|silver|quarantine|gold|ops)\.(\w+)/gi;

/**
 * The tables that a query names as `layer.name`, in lower case, each once.
 *
 * @param tables all there are
 * @throws UsageError for one that does not exist, after `from` or `join`; it names the nearest
 */
export function tablesNamed(sql: string, tables: readonly string[]): string[] {
  const named = new Set<string>();
  for (const found of sql.matchAll(PARTS)) {
    if (found[1] === undefined) continue;
    const name = found[0].toLowerCase();
    if (tables.includes(name)) named.add(name);
    else if (/\b(from|join)\s+$/i.test(sql.slice(0, found.index))) throw unknownTable(name, tables);
  }
  return [...named];
}

/** The query with other names in the place of `layer.name`. */
export function renameTables(sql: string, nameOf: (table: string) => string | undefined): string {
  return sql.replaceAll(PARTS, (text, layer: string | undefined) =>
    layer === undefined ? text : (nameOf(text.toLowerCase()) ?? text),
  );
}

export function unknownTable(name: string, tables: readonly string[]): UsageError {
  const inLayers = tables.filter((table) => table.split('.')[1] === name);
  const hint = inLayers.length > 0 ? `; did you mean ${inLayers.join(' or ')}?` : suggestion(name, tables);
  return new UsageError(`there is no table ${name}${hint}\nThe tables are ${tables.join(', ')}.`);
}
