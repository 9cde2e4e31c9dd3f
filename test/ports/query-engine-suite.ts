import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../../core/model/column.ts';
import type { DayContent, EngineSession, QueryEngine, WrittenPartition } from '../../core/ports/query-engine.ts';

const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'bigint', meaning: '' },
  { name: 'name', type: 'varchar', meaning: '' },
  { name: 'price', type: 'decimal(18,2)', meaning: '' },
];
const NAMES = [...COLUMNS.map(({ name }) => name), 'dt'];

/** Rows as `(id, name, price, dt)`, each value as SQL. */
type Row = readonly [id: string, name: string, price: string, dt: string];

const ROWS: readonly Row[] = [
  ['1', "'a'", '1.10', "'2026-01-01'"],
  ['2', 'null', '2.20', "'2026-01-01'"],
  ['3', "'it''s'", 'null', "'2026-01-02'"],
];

function select(rows: readonly Row[]): string {
  const values = rows.map(
    ([id, name, price, dt]) =>
      `(cast(${id} as bigint), cast(${name} as varchar), cast(${price} as decimal(18,2)), cast(${dt} as varchar))`,
  );
  return `select id, name, price, dt from (values ${values.join(', ')}) as v(id, name, price, dt)`;
}

/**
 * What every query engine promises.
 *
 * @param open gives an engine over an empty warehouse, and how to end both
 */
export function queryEngineSuite(
  name: string,
  open: () => Promise<{ engine: QueryEngine; close: () => Promise<void> }>,
): void {
  describe(`${name} is a query engine`, () => {
    let engine: QueryEngine;
    let close: () => Promise<void>;
    let prefixes = 0;
    let sessions = 0;
    beforeAll(async () => {
      ({ engine, close } = await open());
    });
    afterAll(() => close());

    async function session<T>(work: (session: EngineSession) => Promise<T>): Promise<T> {
      const opened = await engine.open(`session-${++sessions}`);
      try {
        return await work(opened);
      } finally {
        await opened.close();
      }
    }

    const freshPrefix = (): string => `gold/t/run=test-${++prefixes}/`;

    function write(rows: readonly Row[], prefix = freshPrefix()): Promise<WrittenPartition[]> {
      return session((opened) => opened.write(select(rows), prefix));
    }

    function define(opened: EngineSession, relation: string, written: readonly WrittenPartition[]): Promise<void> {
      const files = written.flatMap((partition) => partition.files);
      return opened.define({ name: relation, columns: COLUMNS, partitionedBy: ['dt'], files });
    }

    function contents(...batches: readonly (readonly Row[])[]): Promise<Map<string, DayContent>> {
      return session(async (opened) => {
        const written: WrittenPartition[] = [];
        for (const rows of batches) written.push(...(await write(rows)));
        await define(opened, 't', written);
        return opened.contents('t', NAMES);
      });
    }

    it('writes one partition for each dt, below the prefix, and says where', async () => {
      const prefix = freshPrefix();
      const written = await write(ROWS, prefix);
      expect(written.map(({ dt }) => dt).sort()).toEqual(['2026-01-01', '2026-01-02']);
      for (const { dt, files, bytes } of written) {
        expect(files.length).toBeGreaterThan(0);
        expect(files.every((key) => key.startsWith(`${prefix}dt=${dt}/`))).toBe(true);
        expect(bytes).toBeGreaterThan(0);
      }
    });

    it('takes a date as dt, too', async () => {
      const written = await session((opened) => opened.write("select 1 as id, date '2026-01-03' as dt", freshPrefix()));
      expect(written.map(({ dt }) => dt)).toEqual(['2026-01-03']);
    });

    it('takes a secret that is in no statement, nor in an error', async () => {
      const secret = "it's\u00e9 a secret";
      await session(async (opened) => {
        await opened.define({ name: 's', columns: ['a', 'b'], rows: [[secret, 'x']], isSecret: true });
        const { rows } = await opened.query('select b, length(a) from s');
        expect(rows.map((row) => row.map(String))).toEqual([['x', String(secret.length)]]);
        const error = await opened.query('select a, nothing from s').catch((caught: unknown) => caught);
        expect(error).toMatchObject({ name: 'EngineError', kind: 'statement' });
        expect(inspect(error, { depth: 9 })).not.toContain('a secret');
      });
    });

    it('writes nothing if there are no rows', async () => {
      expect(await session((opened) => opened.write(`${select(ROWS)} where id > 9`, freshPrefix()))).toEqual([]);
    });

    it('shows rows without a dt as a partition that is no day, not as one of the others', async () => {
      const rows: Row[] = [...ROWS, ['4', "'x'", '4.40', 'null']];
      const days = (await write(rows)).filter(({ dt }) => /^\d{4}-\d{2}-\d{2}$/.test(dt));
      expect(days.map(({ dt }) => dt).sort()).toEqual(['2026-01-01', '2026-01-02']);
      const found = await contents(rows);
      expect([...found].map(([dt, content]) => [dt, content.rows]).sort()).toEqual([
        ['2026-01-01', 2],
        ['2026-01-02', 1],
        ['null', 1],
      ]);
    });

    it('reads the files that a relation names and no others, with dt from their paths, as text', async () => {
      const written = await write(ROWS);
      const rows = await session(async (opened) => {
        await define(opened, 'all_days', written);
        await define(
          opened,
          'one_day',
          written.filter(({ dt }) => dt === '2026-01-02'),
        );
        const all = await opened.query('select id, name, price, dt from all_days order by id');
        const one = await opened.query('select id, dt, length(dt) from one_day');
        return { all: all.rows, one: one.rows };
      });
      expect(rows.all).toEqual([
        [1n, 'a', '1.10', '2026-01-01'],
        [2n, null, '2.20', '2026-01-01'],
        [3n, "it's", null, '2026-01-02'],
      ]);
      expect(rows.one).toEqual([[3n, '2026-01-02', 10n]]);
    });

    it('aggregates dt, also over a single file', async () => {
      const [first] = await write(ROWS);
      await session(async (opened) => {
        await define(opened, 't', [first!]);
        await opened.derive('since', 'select cast(min(dt) as date) as day from t', 'view');
        const { rows } = await opened.query(
          'select count(*), max(t.dt) from t cross join since as s where s.day is not null',
        );
        expect(rows).toEqual([[2n, '2026-01-01']]);
      });
    });

    it('knows a relation without files, with its columns and no rows', async () => {
      await session(async (opened) => {
        await define(opened, 'nothing', []);
        const { columns, rows } = await opened.query('select * from nothing');
        expect(columns.map((column) => column.name)).toEqual(NAMES);
        expect(rows).toEqual([]);
        expect((await opened.query('select sum(price) + sum(id) from nothing')).rows).toEqual([[null]]);
        expect(await opened.contents('nothing', NAMES)).toEqual(new Map());
      });
    });

    it('takes small relations by their rows, none included', async () => {
      await session(async (opened) => {
        await opened.define({ name: 'targets', columns: ['dt'], rows: [['2026-01-01'], ["it's"]] });
        await opened.define({ name: 'none', columns: ['input', 'dt'], rows: [] });
        expect((await opened.query('select dt from targets order by dt')).rows).toEqual([['2026-01-01'], ["it's"]]);
        expect(
          (await opened.query("select t.dt from targets t join none n on n.dt = t.dt or n.input = 'x'")).rows,
        ).toEqual([]);
      });
    });

    it('derives relations from relations, as tables and as views', async () => {
      await session(async (opened) => {
        await opened.define({ name: 'targets', columns: ['dt'], rows: [['2026-01-01'], ['2026-01-02']] });
        await opened.derive('later', "select dt from targets where dt > '2026-01-01'", 'table');
        await opened.derive('counted', 'select count(*) as n from later', 'view');
        expect((await opened.query('select n from counted')).rows).toEqual([[1n]]);
      });
    });

    it('keeps sessions apart and forgets them', async () => {
      const one = await engine.open('one');
      const two = await engine.open('two');
      await one.define({ name: 'targets', columns: ['dt'], rows: [['one']] });
      await two.define({ name: 'targets', columns: ['dt'], rows: [['two']] });
      await one.derive('scratch', 'select dt from targets', 'table');
      await expect(two.query('select * from scratch')).rejects.toThrow(/scratch/);
      await two.derive('scratch', 'select dt from targets', 'view');
      expect((await one.query('select * from scratch')).rows).toEqual([['one']]);
      expect((await two.query('select * from scratch')).rows).toEqual([['two']]);
      await one.close();
      expect((await two.query('select * from scratch')).rows).toEqual([['two']]);
      await two.close();
      await session((three) => expect(three.query('select * from scratch')).rejects.toThrow(/scratch/));
    });

    it('gives values without loss', async () => {
      const { rows } = await session((opened) =>
        opened.query(`select cast(9223372036854775807 as bigint), cast(-9007199254740993 as bigint),
          cast('12345678901234567.89' as decimal(38,2)), cast('-0.10' as decimal(18,2)),
          cast('2026-03-29 02:30:00.123' as timestamp), cast('0001-01-01' as date), cast('9999-12-31' as date),
          cast('0.1' as double) + cast('0.2' as double), true, cast(null as bigint), 'Ünï ''quoted'' 😀'`),
      );
      const [first, second, large, small, time, ...others] = rows[0]!;
      expect([first, second]).toEqual([9223372036854775807n, -9007199254740993n]);
      expect([large, small]).toEqual(['12345678901234567.89', '-0.10']);
      expect(String(time)).toMatch(/^2026-03-29 02:30:00\.123/);
      expect(others).toEqual(['0001-01-01', '9999-12-31', 0.1 + 0.2, true, null, "Ünï 'quoted' 😀"]);
    });

    it('writes and reads values back without loss', async () => {
      const extreme: Row = ['-9223372036854775807', "'Ünï\n😀'", "'-9999999999999999.99'", "'2026-01-01'"];
      const written = await write([extreme]);
      await session(async (opened) => {
        await define(opened, 't', written);
        const { rows } = await opened.query('select id, name, price from t');
        expect(rows).toEqual([[-9223372036854775807n, 'Ünï\n😀', '-9999999999999999.99']]);
      });
    });

    it('sums rows to the same checksum in any order and any split into files', async () => {
      const [a, b, c] = ROWS as [Row, Row, Row];
      const expected = await contents([a, b, c]);
      expect([...expected.keys()].sort()).toEqual(['2026-01-01', '2026-01-02']);
      expect(await contents([c, b, a])).toEqual(expected);
      expect(await contents([b], [c, a])).toEqual(expected);
    });

    it('sees every change of a day in its checksum, and in no other day’s', async () => {
      const [a, b, c] = ROWS as [Row, Row, Row];
      const changes: Record<string, readonly Row[]> = {
        'a number': [['9', a[1], a[2], a[3]], b],
        'a cent': [[a[0], a[1], '1.11', a[3]], b],
        'a letter': [[a[0], "'A'", a[2], a[3]], b],
        'null becomes empty': [a, [b[0], "''", b[2], b[3]]],
        'null becomes zero': [a, [b[0], b[1], '0', b[3]]],
        'values change places': [
          [a[0], b[1], a[2], a[3]],
          [b[0], a[1], b[2], b[3]],
        ],
        'a row less': [a],
        'a row twice': [a, b, b],
        'a row three times': [a, b, b, b],
        'a row instead of another': [a, a],
      };
      const before = await contents([a, b, c]);
      const seen = new Map([[before.get('2026-01-01')!.checksum, 'no change']]);
      for (const [change, day] of Object.entries(changes)) {
        const after = await contents([...day, c]);
        expect(after.get('2026-01-02')).toEqual(before.get('2026-01-02'));
        const { checksum } = after.get('2026-01-01')!;
        expect(seen.get(checksum), `${change} looks like`).toBeUndefined();
        seen.set(checksum, change);
      }
    });

    it('tells equal rows of different days apart', async () => {
      const [a] = ROWS as [Row];
      const found = await contents([a, [a[0], a[1], a[2], "'2026-01-05'"]]);
      expect(new Set([...found.values()].map(({ checksum }) => checksum)).size).toBe(2);
    });

    it('says what failed, with the engine’s reason', async () => {
      await session(async (opened) => {
        await expect(opened.query('select no_such_column')).rejects.toMatchObject({
          name: 'EngineError',
          message: expect.stringContaining('no_such_column'),
          statement: 'select no_such_column',
        });
        expect((await opened.query('select 1 as n')).rows).toEqual([[1]]);
      });
    });
  });
}
