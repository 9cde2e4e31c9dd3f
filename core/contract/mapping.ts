import type { Fields } from './contract.ts';
import { quoted } from './field-sql.ts';
import { nameProblem } from './names.ts';
import { protectionOf } from './protection.ts';

/** A column of silver that a declared table gives for each value of another field; null where that has none. */
export interface Mapping {
  readonly kind: 'mapping';
  /** What the value is, in a sentence. */
  readonly meaning: string;
  readonly from: string;
  readonly map: Readonly<Record<string, string>>;
  /** For every value that the table does not list. */
  readonly otherwise: string;
}

export type Derived = Readonly<Record<string, Mapping>>;

/** A column that a table gives, such as the zone of a location. */
export function mapping(spec: Omit<Mapping, 'kind'>): Mapping {
  return { kind: 'mapping', ...spec };
}

/** The column, in the SQL of both engines. */
export function mappingSql(name: string, { from, map, otherwise }: Mapping): string {
  // Values with the same result in one condition: the text grows with the table, the number of branches does not.
  const values = new Map<string, string[]>();
  for (const [value, result] of Object.entries(map)) values.set(result, [...(values.get(result) ?? []), value]);
  const whens = [...values].map(
    ([result, of]) => `when ${from} in (${of.map(quoted).join(', ')}) then ${quoted(result)}`,
  );
  return `case\n    when ${from} is null then null\n    ${whens.join('\n    ')}\n    else ${quoted(otherwise)}\n  end as ${name}`;
}

/** Why a derived column cannot be used. */
export function mappingProblem(name: string, { meaning, from, map }: Mapping, fields: Fields): string | undefined {
  const problem = nameProblem(name);
  if (problem) return problem;
  if (fields[name]) return 'has the name of a field: expected another';
  if (!meaning) return 'has no meaning: expected a sentence';
  const field = fields[from];
  if (field?.type !== 'varchar') return `maps '${from}': expected the name of a text field`;
  if (protectionOf(field) !== 'none') return `maps '${from}', which is kept as a keyed hash: expected another field`;
  if (Object.keys(map).length === 0) return 'maps nothing: expected a table of values';
  return undefined;
}
