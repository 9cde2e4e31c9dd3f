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

/** The tables of a layer, sorted; undefined if no table is in such a layer. */
export function tablesOfLayer(layer: string, tables: readonly string[]): string[] | undefined {
  const found = tables.filter((table) => table.startsWith(`${layer}.`)).sort();
  return found.length === 0 ? undefined : found;
}

/** Says which table may be meant; if none is near, which ones the layer has that was asked for. */
export function unknownTable(name: string, tables: readonly string[]): UsageError {
  const layer = name.split('.')[0]!;
  const inLayer = tablesOfLayer(layer, tables);
  const sameName = tables.filter((table) => table.split('.')[1] === name);
  const meant = sameName.length > 0 ? `; did you mean ${sameName.join(' or ')}?` : suggestion(name, tables);
  const hint = name !== layer || !inLayer ? meant : '';
  if (hint !== '') return new UsageError(`there is no table ${name}${hint}`);
  if (inLayer) return new UsageError(`there is no table ${name}\nThe tables of ${layer} are ${inLayer.join(', ')}.`);
  const layers = [...new Set(tables.map((table) => table.split('.')[0]))].sort();
  return new UsageError(
    `there is no table ${name}\nA table is named with its layer, one of ${layers.join(', ')}; \`sluice lineage gold\` lists those of gold.`,
  );
}
