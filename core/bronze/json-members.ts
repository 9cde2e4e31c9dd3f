/**
 * The text of the value of the first top-level member `key` of a JSON object, undefined if it has none. `object` must be
 * valid JSON and an object. For what `JSON.parse` cannot tell: the first of repeated members (it keeps the last, the
 * engines read the first) and numbers as they were written.
 */
export function memberText(object: string, key: string): string | undefined {
  let at = skipSpace(object, object.indexOf('{') + 1);
  while (object[at] === '"') {
    const keyEnd = valueEnd(object, at);
    const found = object.slice(at, keyEnd);
    const start = skipSpace(object, skipSpace(object, keyEnd) + 1);
    const end = valueEnd(object, start);
    if (found === `"${key}"` || (found.includes('\\') && JSON.parse(found) === key)) return object.slice(start, end);
    at = skipSpace(object, skipSpace(object, end) + 1);
  }
  return undefined;
}

/** Where the value that starts at `start` ends: the index after its last character. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  for (;;) {
    const char = text[at];
    if (char === '"') at = stringEnd(text, at);
    else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      depth--;
      at++;
    } else {
      at++;
      // Inside an object or an array anything goes; outside, a number or literal ends where it ends.
      while (depth === 0 && /[-+.0-9A-Za-z]/.test(text[at] ?? '')) at++;
    }
    if (depth === 0) return at;
  }
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++;
  return at;
}
