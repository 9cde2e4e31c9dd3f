import { expect, test } from 'vitest';
import { parseQuery } from '../../core/lineage/parse-query.ts';
import { resolveQuery } from '../../core/lineage/query-relation.ts';
import { tableRelation } from '../../core/lineage/relation.ts';

const TABLES = new Map(
  Object.entries({ t: ['id', 'a', 'b', 'j'], u: ['id', 'c'], targets: ['dt'] }).map(([name, columns]) => [
    name,
    tableRelation(name, columns),
  ]),
);

/** Column → its sources, sorted; `?` marks what only decides, `*` that rows are counted. */
function lineage(sql: string): Record<string, string> {
  const { columns } = resolveQuery(parseQuery(sql), (name) => TABLES.get(name));
  return Object.fromEntries(
    columns.map(({ name, sources }) => {
      const shown = [...sources.values()].map(
        ({ table, column = '*', path = '', how }) => `${how === 'condition' ? '?' : ''}${table}.${column}${path}`,
      );
      return [name, shown.sort().join(' ')];
    }),
  );
}

const reads = (sql: string) => [...resolveQuery(parseQuery(sql), (name) => TABLES.get(name)).reads].sort();

test.each<[what: string, sql: string, expected: Record<string, string>]>([
  ['a plain column', 'select a, b as x from t', { a: 't.a', x: 't.b' }],
  ['case and quotes do not tell names apart', 'select T.A, "B" as X from t', { a: 't.a', x: 't.b' }],
  ['an expression', 'select a + 2 * b as x, 1 as y from t', { x: 't.a t.b', y: '' }],
  ['select *', 'select * from u', { id: 'u.id', c: 'u.c' }],
  ['of one side', 'select u.*, t.a from t join u on t.id = u.id', { id: 'u.id', c: 'u.c', a: 't.a' }],
  ['using', 'select id, c from t join u using (id)', { id: 't.id u.id', c: 'u.c' }],
  ['* after using', 'select * from t join u using (id)', { id: 't.id u.id', a: 't.a', b: 't.b', j: 't.j', c: 'u.c' }],
  [
    'a chain of CTEs',
    'with x as (select a as p from t), y as (select p + 1 as q from x) select q from y',
    { q: 't.a' },
  ],
  ['a CTE that takes the name of a table', 'with u as (select a as c from t) select c from u', { c: 't.a' }],
  ['a CTE that takes the name of the table it reads', 'with t as (select a as z from t) select z from t', { z: 't.a' }],
  ['names of columns of a CTE', 'with x (p, q) as (select a, b from t) select q from x', { q: 't.b' }],
  ['a CTE within a subquery', 'select p from (with x as (select b as p from t) select p from x) as y', { p: 't.b' }],
  ['a union', 'select a as x from t union all select c from u', { x: 't.a u.c' }],
  ['except: what is taken away is no value', 'select a from t except select c from u', { a: 't.a' }],
  ['a branch decides', 'select case when a > 1 then b else id end as x from t', { x: '?t.a t.b t.id' }],
  ['a simple case decides', 'select case a when 1 then b end as x from t', { x: '?t.a t.b' }],
  ['if', 'select if(a > 1, b) as x from t', { x: '?t.a t.b' }],
  ['a window decides', 'select sum(a) over (partition by b order by id) as x from t', { x: '?t.b ?t.id t.a' }],
  ['a named window', 'select sum(a) over w as x from t window w as (partition by b)', { x: '?t.b t.a' }],
  ['a filter decides', 'select sum(a) filter (where b > 1) as x from t', { x: '?t.b t.a' }],
  ['counted rows', 'select count(*) as n from (select a from t) as s', { n: 't.*' }],
  ['counted rows of a join', 'select count(*) as n from t cross join u', { n: 't.* u.*' }],
  [
    'what is counted',
    'select count(distinct a) as n, count(case when b = 1 then 1 end) as m from t',
    { n: 't.a', m: 't.b' },
  ],
  [
    'a sum of constants is a count',
    "select sum(case when a > 1 then 1 else 0 end) as n, avg(if(b = 'x', 1e0, 0e0)) as m, sum(1) as k from t",
    { n: 't.a', m: 't.b', k: 't.*' },
  ],
  ['a sum of values', 'select sum(case when a > 1 then b else 0 end) as n from t', { n: '?t.a t.b' }],
  [
    'which rows are counted is decided by a filter, also an earlier one and that of groups',
    'with x as (select a, max(b) as c from t where id = 1 group by a having max(j) > 0) select count(*) as n, count(a) as m from x where c = 1',
    { n: '?t.b ?t.id ?t.j t.*', m: 't.a' },
  ],
  [
    'days are left out of filters',
    'select count(*) as n from targets where dt in (select dt from targets)',
    { n: 'targets.*' },
  ],
  [
    'constants of branches: the rows of each and their filters decide',
    "select 'p' as x from t where a = 1 union all select 'q' from u where c = 2",
    { x: '?t.* ?t.a ?u.* ?u.c' },
  ],
  [
    'constants of branches that come from further down',
    "with p as (select 'p' as x from t), q as (select 'q' as x from u) select x from p union all select x from q",
    { x: '?t.* ?u.*' },
  ],
  ['the same constant in all branches', 'select 1 as x from t where a = 1 union all select 1 from u', { x: '' }],
  [
    'a blank in some branches is filled by the others, in any order',
    'select 0 as x, null as y, 0.00 as z from t where a = 1 union all select c, cast(c as bigint), 1 from u union all select cast(0 as bigint), cast(null as varchar), cast(0 as decimal(18,2)) from t where b = 1',
    { x: 'u.c', y: 'u.c', z: '?u.*' },
  ],
  [
    'blanks of all branches are constants',
    'select 0 as x from t where a = 1 union all select null from u',
    { x: '?t.* ?t.a ?u.*' },
  ],
  [
    'counting a flag of a branch',
    'select sum(x) as n from (select 1 as x from t union all select 0 from u) as s',
    { n: 't.*' },
  ],
  ['a rank', 'select rank() over (partition by b order by a desc) as n from t', { n: '?t.b t.a' }],
  ['a row number', 'select row_number() over (order by a) as n from t', { n: '?t.a' }],
  ['chosen by another', 'select max_by(a, b) as x from t', { x: '?t.b t.a' }],
  ['a member of JSON', "select json_extract_scalar(j, '$.data.p') as x from t", { x: 't.j$.data.p' }],
  ['unnest', 'select e, o from t cross join unnest(a) with ordinality as x (e, o)', { e: 't.a', o: '' }],
  ['unnest of two', 'select p, q from t cross join unnest(a, b) as x (p, q)', { p: 't.a', q: 't.b' }],
  ['unnest of a map', 'select k, v from t cross join unnest(a) as x (k, v)', { k: 't.a', v: 't.a' }],
  ['values', 'select n from (values (1), (2)) as v (n)', { n: '' }],
  ['a correlated subquery', 'select (select max(c) from u where u.id = t.id) as x from t', { x: 'u.c' }],
  ['its select reaches out', 'select (select max(c + a) from u) as x from t', { x: 't.a u.c' }],
  ['in', 'select a in (select c from u) as x from t', { x: 't.a u.c' }],
  ['exists', 'select exists (select 1 from u where u.id = t.id) as x from t', { x: '?u.*' }],
  ['a lambda', 'select transform(a, v -> v + b) as x from t', { x: 't.a t.b' }],
  ['lateral', 'select x from t cross join lateral (select t.a + 1 as x) as l', { x: 't.a' }],
  [
    'brackets in from',
    'select u.c, s.a from t as s left join (u inner join targets as d on true) on true',
    { c: 'u.c', a: 't.a' },
  ],
  [
    'a type with a literal',
    "select date '2026-01-01' as d, cast(a as date) + interval '1' day as e from t",
    { d: '', e: 't.a' },
  ],
])('%s', (_, sql, expected) => {
  expect(lineage(sql)).toEqual(expected);
});

test.each([
  ['where', 'select a from t where a in (select c from u)', ['t', 'u']],
  ['on', 'select a from t join targets as d on d.dt = (select max(c) from u)', ['t', 'targets', 'u']],
  ['a CTE that nothing reads', 'with x as (select c from u) select a from t', ['t', 'u']],
  ['having', 'select a from t group by a having a > (select max(c) from u)', ['t', 'u']],
  ['the other side of except', 'select a from t except select c from u', ['t', 'u']],
])('a table that only filters is read: %s', (_, sql, expected) => {
  expect(reads(sql)).toEqual(expected);
});

test.each([
  ['an unknown column', 'select z from t', 'no column z'],
  ['an unknown column that only filters', 'select a from t where z = 1', 'no column z'],
  ['an unknown column of a relation', 'select u.a from t join u on true', 'u.a is not a column'],
  ['an ambiguous column', 'select id from t join u on true', 'id is ambiguous'],
  ['a table that is not in scope', 'select a from v', 'no table, step or CTE v'],
  ['an earlier CTE that comes later', 'with x as (select a from y), y as (select a from t) select a from x', 'y'],
  [
    'a recursive query',
    'with recursive x (a) as (select 1 union all select a + 1 from x) select a from x',
    'recursive',
  ],
  ['row patterns', 'select * from t match_recognize (order by id pattern (A) define A as a > 1)', 'row patterns'],
  ['a natural join', 'select a from t natural join u', 'naturally'],
  ['two statements', 'select 1; select 2', 'one query'],
  ['no SQL', 'selec 1', 'grammar'],
])('is not guessed: %s', (_, sql, message) => {
  expect(() => lineage(sql)).toThrow(message);
});
