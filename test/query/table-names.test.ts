import { describe, expect, it } from 'vitest';
import { UsageError } from '../../core/errors.ts';
import { renameTables, tablesNamed } from '../../core/query/table-names.ts';

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

  it('get other names, and nothing else does', () => {
    const sql = `select gold.sessions.dt, 'gold.sessions', "gold.sessions" from Gold.Sessions -- gold.sessions\njoin ops.balance`;
    expect(renameTables(sql, (table) => (table === 'gold.sessions' ? '"x_gold"."sessions"' : undefined))).toBe(
      `select "x_gold"."sessions".dt, 'gold.sessions', "gold.sessions" from "x_gold"."sessions" -- gold.sessions\njoin ops.balance`,
    );
  });
});
