import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resourcesOf } from '../infra/synthesize.ts';

const page = readFileSync('docs/operations.md', 'utf8');
const alarms = resourcesOf()
  .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
  .map(({ Properties }) => (Properties.AlarmName as string).replace('sluice-', ''));

/** By heading: the text up to the next heading of the same depth or above. */
function sections(depth: number, text: string): Map<string, string> {
  const parts = text.split(new RegExp(`^${'#'.repeat(depth)} `, 'm')).slice(1);
  const end = new RegExp(`^#{1,${depth}} `, 'm');
  return new Map(
    parts.map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      return [heading, lines.join('\n').split(end)[0]!];
    }),
  );
}

describe('docs/operations.md', () => {
  const runbooks = sections(3, sections(2, page).get('Alarms')!);

  it('has a runbook for each alarm, and for nothing else', () => {
    expect([...runbooks.keys()].sort()).toEqual(alarms.toSorted());
  });

  it.each(alarms)('%s: what it means, what readers see, where to look, what to do, when it is over', (alarm) => {
    for (const part of ['Means', 'Readers see', 'Look', 'Do', 'Over']) expect(runbooks.get(alarm)).toMatch(`*${part}*`);
  });

  it('asks the logs of functions that there are', () => {
    const names = resourcesOf()
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => Properties.FunctionName?.replace('sluice-', ''));
    const asked = [...page.matchAll(/^ask (?:'([\w ]+)'|(\w+)) '/gm)].flatMap(([, some, one]) =>
      (some ?? one!).split(' '),
    );
    expect(asked.length).toBeGreaterThan(5);
    for (const name of asked) expect(names).toContain(name);
  });
});

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.replaceAll(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(/\s/g, '-'),
  );
}

const PAGES = ['README.md', 'docs/deploy.md', 'docs/operations.md', 'docs/analysts.md', 'docs/producers.md'];

it.each(PAGES)('every link in %s leads somewhere', (from) => {
  const links = [...readFileSync(from, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
  for (const [link, path, anchor] of links) {
    const target = path ? join(dirname(from), path) : from;
    if (anchor) expect(anchorsOf(readFileSync(target, 'utf8')), link).toContain(anchor);
    else if (/\.\w+$/.test(target)) expect(readFileSync(target).length, link).toBeGreaterThan(0);
  }
});
