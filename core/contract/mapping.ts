import type { Fields } from './contract.ts';
import { quoted } from './field-sql.ts';
import { nameProblem } from './names.ts';
import { protectionOf } from './protection.ts';
import { type Standardisation, standardised, standardisedSql } from './standardise.ts';

/**
 * A column of silver that a declared table gives for each value of another field, whatever blanks are around that and
 * whichever of its letters A to Z are capitals.
 */
export interface Mapping {
  readonly kind: 'mapping';
  /** What the value is, in a sentence. */
  readonly meaning: string;
  readonly from: string;
  readonly map: Readonly<Record<string, string>>;
  /** For every value that the table does not list. */
  readonly otherwise: string;
  /** Where the field has no value. Absent: null. */
  readonly missing?: string;
}

export type Derived = Readonly<Record<string, Mapping>>;

/** The form in which a value is looked up. */
const FORM: readonly Standardisation[] = ['trim', 'lower'];

/** A column that a table gives, such as the zone of a location. */
export function mapping(spec: Omit<Mapping, 'kind'>): Mapping {
  return { kind: 'mapping', ...spec };
}

/** The column, in the SQL of both engines. It reads the field, and the column of `formSql` if that gives one. */
export function mappingSql(name: string, { from, map, otherwise, missing }: Mapping, fields: Fields): string {
  // Values with the same result in one condition: the text grows with the table, the number of branches does not.
  const values = new Map<string, string[]>();
  for (const [value, result] of Object.entries(map))
    values.set(result, [...(values.get(result) ?? []), standardised(value, FORM)]);
  const form = stepsLeft(from, fields).length === 0 ? from : formColumn(from);
  const whens = [...values].map(
    ([result, of]) => `when ${form} in (${of.map(quoted).join(', ')}) then ${quoted(result)}`,
  );
  const none = missing === undefined ? 'null' : quoted(missing);
  return `case\n    when ${from} is null then ${none}\n    ${whens.join('\n    ')}\n    else ${quoted(otherwise)}\n  end as ${name}`;
}

/** A column with the form in which a field is looked up: made once, as engines do it again for each branch. */
export function formSql({ from }: Mapping, fields: Fields): string | undefined {
  const steps = stepsLeft(from, fields);
  return steps.length === 0 ? undefined : `${standardisedSql(from, steps)} as ${formColumn(from)}`;
}

/** The name of a column that no field has: theirs have no double underscore. */
function formColumn(from: string): string {
  return `${from}__form`;
}

/** What the field's own rule does already is not done twice. */
function stepsLeft(from: string, fields: Fields): readonly Standardisation[] {
  const field = fields[from];
  const done = (field?.kind === 'text' && field.standardise) || [];
  return FORM.filter((step) => !done.includes(step));
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
  const seen = new Set<string>();
  for (const value of Object.keys(map)) {
    const form = standardised(value, FORM);
    if (form === '') return `maps '${value}': expected a value that is not blank`;
    if (seen.has(form)) return `maps '${value}' twice: capitals and blanks around a value make no difference`;
    seen.add(form);
  }
  return undefined;
}
