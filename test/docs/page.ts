import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

/**
 * Holds a part of a page that a test computes, between marks that name it and the test, against what was computed.
 * `npm run generate` writes it anew: it runs these tests with UPDATE_DOCS=1.
 */
export function expectInPage(page: string, test: string, name: string, text: string): void {
  const whole = readFileSync(page, 'utf8');
  const [before, after] = [`<!-- ${name}: by ${test} -->\n`, `<!-- /${name} -->\n`];
  const [start, end] = [whole.indexOf(before) + before.length, whole.indexOf(after)];
  expect([whole.includes(before), end >= start], `${page} has the marks of ${name}`).toEqual([true, true]);
  if (process.env.UPDATE_DOCS) writeFileSync(page, whole.slice(0, start) + text + whole.slice(end));
  else expect(whole.slice(start, end), `${name} in ${page}; \`npm run generate\` writes it anew`).toBe(text);
}
