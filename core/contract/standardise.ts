/**
 * How a text is brought into one form before it is judged: `trim` takes the blanks at both ends away, `upper` and `lower`
 * change the letters A to Z. Other letters stay as they are, because engines do not agree on them (ß).
 */
export type Standardisation = 'trim' | 'upper' | 'lower';

const BLANK = '[\\x09-\\x0d ]+';
const ENDS = `^${BLANK}|${BLANK}$`;
const SMALL = 'abcdefghijklmnopqrstuvwxyz';
const LARGE = SMALL.toUpperCase();

/** The standardised form of a column of texts, in the SQL of both engines; null if nothing is left. */
export function standardisedSql(column: string, steps: readonly Standardisation[]): string {
  let sql = column;
  for (const step of steps) {
    if (step === 'trim') sql = `regexp_replace(${sql}, '${ENDS}')`;
    else
      sql =
        step === 'upper' ? `translate(${sql}, '${SMALL}', '${LARGE}')` : `translate(${sql}, '${LARGE}', '${SMALL}')`;
  }
  return `nullif(${sql}, '')`;
}

/** The standardised form of a text. */
export function standardised(text: string, steps: readonly Standardisation[]): string {
  let form = text;
  for (const step of steps) {
    if (step === 'trim') form = form.replaceAll(new RegExp(ENDS, 'g'), '');
    else if (step === 'upper') form = form.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
    else form = form.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  }
  return form;
}

/** Why these steps cannot be used. */
export function standardisationProblem(steps: readonly Standardisation[]): string | undefined {
  if (steps.length === 0) return 'is standardised by nothing: expected trim, upper or lower';
  if (steps.includes('upper') && steps.includes('lower'))
    return 'is standardised to upper and lower: expected one of them';
  return undefined;
}
