import { describe, expect, it } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { renameTables, tablesNamed, unknownTable } from '../../core/query/table-names.ts';

const TABLES = ['silver.transactions', 'gold.sessions', 'gold.daily_metrics', 'ops.balance', 'bronze.transactions'];

describe('the tables of a query', () => {
  it.each([
    ['select 1', []],
    [
      'select * from gold.sessions s join SILVER.Transactions t on t.dt = s.dt',
      ['gold.sessions', 'silver.transactions'],
    ],
    ['select * from gold.sessions, ops.balance', ['gold.sessions', 'ops.balance']],
    [
      'select \'from gold.nowhere\', "gold.sessions" -- from gold.nowhere\n/* gold.nowhere */ from ops.balance',
      ['ops.balance'],
    ],
    ['select gold.sessions.dt from gold.sessions', ['gold.sessions']],
    ["select 'it''s from gold.nowhere' from gold.sessions", ['gold.sessions']],
    // An alias may be called like a layer.
    ['select gold.dt from ops.balance gold', ['ops.balance']],
  ])('%s', (sql, expected) => {
    expect(tablesNamed(sql, TABLES)).toEqual(expected);
  });

  it('are refused if they do not exist, with the nearest', () => {
    expect(() => tablesNamed('select * from gold.session', TABLES)).toThrow(
      /no table gold\.session; did you mean gold\.sessions\?/,
    );
    expect(() => tablesNamed('select 1 from gold.sessions join\n silver.nothing', TABLES)).toThrow(UsageError);
  });

  it.each([
    ['sessions', 'there is no table sessions; did you mean gold.sessions?'],
    ['transactions', 'there is no table transactions; did you mean silver.transactions or bronze.transactions?'],
    ['gold.sesions', 'there is no table gold.sesions; did you mean gold.sessions?'],
    ['gold.nonsense', 'there is no table gold.nonsense\nThe tables of gold are gold.daily_metrics, gold.sessions.'],
    ['gold', 'there is no table gold\nThe tables of gold are gold.daily_metrics, gold.sessions.'],
  ])('%s that there is not is told with what there is', (name, message) => {
    expect(unknownTable(name, TABLES).message).toBe(message);
  });

  it('an unknown name tells the layers, not all of their tables', () => {
    expect(unknownTable('nonsense', TABLES).message).toMatch(/one of bronze, gold, ops, silver;/);
  });

  it('get other names, and nothing else does', () => {
    const sql = `select gold.sessions.dt, 'gold.sessions', "gold.sessions" from Gold.Sessions -- gold.sessions\njoin ops.balance`;
    expect(renameTables(sql, (table) => (table === 'gold.sessions' ? '"x_gold"."sessions"' : undefined))).toBe(
      `select "x_gold"."sessions".dt, 'gold.sessions', "gold.sessions" from "x_gold"."sessions" -- gold.sessions\njoin ops.balance`,
    );
  });
});
