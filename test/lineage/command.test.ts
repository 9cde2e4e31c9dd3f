import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sluice, temporaryFolder } from '../cli/sluice.ts';

const nowhere = join(temporaryFolder(), 'no-warehouse');
const lineage = (...args: readonly string[]) => sluice(nowhere, 'lineage', ...args);

describe('sluice lineage, without a warehouse', () => {
  it('shows the tables that a table comes from, with their windows', async () => {
    const { code, out } = await lineage('gold.sessions');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.trimEnd())).toEqual([
      'gold.sessions                      sql/gold/sessions.sql',
      '└─ gold.session_fragments [-3..2]  sql/gold/session_fragments.sql',
      '   └─ silver.interactions [0]      contracts/interactions.ts',
      '      └─ bronze.interactions [0]',
      '',
    ]);
  });

  it('follows a column down to the field that producers send', async () => {
    const { out } = await lineage('customer_features.total_spend');
    expect(out).toMatch(
      /└─ silver\.transactions\.price\s+decimal\(18,2\)\n.*└─ bronze\.transactions\.payload\.price\n/,
    );
  });

  it('tells what decides about the rows that a column is made of', async () => {
    const { out } = await lineage('customer_360.preferred_channel');
    expect(out).toMatch(/gold\.customer_channel_day\.transactions\s+decides; bigint/);
  });

  it('follows a field up to all that depends on it', async () => {
    const { out } = await lineage('bronze.interactions.duration_ms', '--down', '--format', 'json');
    const columns = (trace: { table: string; column: string; next: [] }): string[] => [
      `${trace.table}.${trace.column}`,
      ...trace.next.flatMap(columns),
    ];
    const found = columns(JSON.parse(out));
    expect(found[0]).toBe('bronze.interactions.payload.duration_ms');
    expect(found).toEqual(
      expect.arrayContaining([
        'silver.interactions.duration_ms',
        'gold.user_day.duration_ms',
        'gold.daily_metrics.avg_duration_ms',
      ]),
    );
    expect(found).not.toContain('gold.user_day.page_views');
  });

  it('lists the tables of a layer, sorted', async () => {
    const { code, out } = await lineage('gold');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toEqual([...lines].sort());
    expect(lines).toHaveLength(readdirSync('sql/gold').length);
    expect(lines[0]).toMatch(/^gold\.acquisition +sql\/gold\/acquisition\.sql$/);
    const json = JSON.parse((await lineage('gold', '--format', 'json')).out) as { tables: string[] };
    expect(json.tables).toEqual(lines.map((line) => line.split(' ')[0]));
  });

  it.each([
    ['an unknown table', 'gold.sesions', 'did you mean gold.sessions?'],
    ['an unknown column', 'gold.sessions.durtion', 'did you mean duration?'],
    ['an unknown table that is like none', 'gold.nonsense', 'The tables of gold are gold.acquisition, gold.'],
    ['an unknown name', 'nonsense', 'one of bronze, gold, ops, quarantine, silver'],
    ['an unknown column that is like none', 'gold.user_day.nonsense', '; its columns are user_id, '],
    ['an unknown field', 'bronze.interactions.payload.usr_id', 'did you mean payload.user_id?'],
  ])('tells %s plainly', async (_, name, message) => {
    const { code, out, err } = await lineage(name);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    // Either what is near, or what there is.
    expect(err.includes('did you mean')).toBe(!/are gold\.|one of bronze|columns are/.test(err));
    expect(err.length).toBeLessThan(1200);
  });
});
