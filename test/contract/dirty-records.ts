import fc from 'fast-check';
import type { Contract } from '../../core/contract/contract.ts';
import type { Field } from '../../core/contract/field.ts';
import type { Sent } from './silver-oracle.ts';

export const DAYS = ['2026-02-28', '2026-03-01', '2026-03-02'];

const ODD = [
  'null',
  '""',
  '"abc"',
  '{"a": 1}',
  '[1, 2]',
  '"[x]"',
  '"{x"',
  'true',
  '" "',
  '"\\t A1\\n "',
  '"A1\\u00a0"',
  '"\u00df1"',
  '"\u00c91"',
  '" 5"',
  '"5 "',
  '"٣"',
  '"a,\\"b\\""',
  '"é漢😀"',
  '"z{"',
  // Half a surrogate pair: no text, so nothing of the record can be read.
  '"a\\ud83d"',
];
const NUMBERS = [
  '0',
  '-0',
  '1',
  '7',
  '-3',
  '2.0',
  '2.00',
  '2.5',
  '2.50',
  '0.01',
  '0.010',
  '0.001',
  '"2"',
  '"+2"',
  '"-2"',
  '"2.0"',
  '"2."',
  '".5"',
  '1e3',
  '1E+3',
  '1.5e0',
  '1.25e1',
  '1e-2',
  '1e-3',
  '9e12',
  '-9e12',
  '1e13',
  '1e14',
  '1e15',
  '1e20',
  '"1e3"',
  '"1e400"',
  '"2e"',
  '1234567890123456.78',
  '9999999999999999.99',
  '99999999999999999.99',
  '0.30000000000000004',
  '0.10000000000000001',
  '9.099999999999999',
  '1.0000000000000001',
  '"9.10000000000000000"',
  '1234567890123456.789',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775808',
  '9007199254740993.0',
  '123456789012345678901234567890',
  '"9223372036854775807"',
  '"00012"',
  '"0x10"',
  '"NaN"',
  '"Infinity"',
  '7200000',
  '7200001',
  '100',
  '100.5',
];
const TIMES = [
  'T00:00:00Z',
  'T23:59:59.999Z',
  ' 12:00:00',
  'T12:00:00.5',
  'T12:00:00.1239Z',
  'T12:00:00.999999999Z',
  'T23:59:59.9999999+00:00',
  'T01:00:00+02:00',
  'T23:30:00.25-01:00',
  'T12:00:00+05:30',
  'T00:00:00+14:00',
  'T00:00:00+14:01',
  'T24:00:00Z',
  'T12:60:00Z',
  't12:00:00Z',
  'T12:00:00z',
  'T12:00Z',
  '',
  'T12:00:00.Z',
  'T12:00:00,5Z',
  'T12:00:00+0200',
];
const DATES = [
  '2026-02-28',
  '2026-03-01',
  '2026-03-02',
  '2026-02-30',
  '2026-13-01',
  '1989-12-31',
  '1990-01-01',
  '0000-01-01',
  '9999-12-31',
  '02/03/2026',
];

const UNREADABLE = [
  { reason: 'bad_csv', payload: 'a1,b' },
  // A line of CSV that would be JSON.
  { reason: 'bad_csv', payload: '{"code": "A1"}' },
  { reason: 'not_json', payload: '{"code": "a1", "weight": ' },
  { reason: 'not_an_object', payload: '["a1"]' },
  { reason: 'not_utf8', payload: '/w==' },
];

/** Records of an entity, most fields sound and from small pools, so that keys repeat; some dirty in every way known. */
export function dirtyRecords(contract: Contract): fc.Arbitrary<Sent[]> {
  const tokens = fc.record(
    Object.fromEntries(Object.entries(contract.fields).map(([name, field]) => [name, token(field)])),
  );
  const text = (values: readonly (string | null)[]) => fc.constantFrom(...values);
  const envelope = fc.oneof(
    { weight: 5, arbitrary: fc.record({ id: text(['e1', 'e2', 'e3']), source: text(['web', 'app']) }) },
    { weight: 1, arbitrary: fc.record({ id: text(['e1', '', null]), source: text(['web', '', null]) }) },
    { weight: 1, arbitrary: fc.constant('bare' as const) },
  );
  const read = fc.record({ envelope, tokens, arrival: fc.constantFrom(...DAYS) });
  const unreadable = fc.record({
    envelope: fc.constant('bare' as const),
    tokens: fc.constant({}),
    arrival: fc.constantFrom(...DAYS),
    unreadable: fc.constantFrom(...UNREADABLE),
  });
  const sent: fc.Arbitrary<Sent> = fc.oneof({ weight: 30, arbitrary: read }, { weight: 1, arbitrary: unreadable });
  return fc.array(fc.tuple(sent, fc.integer({ min: 0, max: 5 })), { minLength: 0, maxLength: 60 }).chain((drawn) => {
    // Some come by the stream, and some of those again, anywhere among the others.
    const records = drawn.map(([record, how], index) => (how < 3 ? { ...record, sequence: String(index) } : record));
    const again = records.filter((_, index) => drawn[index]![1] === 0);
    const all = [...records, ...again];
    return fc.shuffledSubarray(all, { minLength: all.length });
  });
}

/** For every field each odd token in turn, the other fields sound: what a random draw may miss. */
export function oneOddFieldEach(contract: Contract): Sent[] {
  const times = DATES.flatMap((day) => TIMES.map((time) => JSON.stringify(day + time)));
  const dates = DATES.map((day) => JSON.stringify(day));
  const odd = [undefined, ...ODD, ...NUMBERS, ...times, ...dates];
  const names = Object.keys(contract.fields);
  const sound = Object.fromEntries(
    names.map((name) => [name, fc.sample(usual(contract.fields[name]!), { numRuns: 1, seed: 1 })[0]]),
  );
  const envelope = { id: 'e1', source: 'web' };
  return names.flatMap((name) =>
    odd.map((token, index) => {
      // Distinct keys, as far as the key is a text; the others are told apart by the declared order or are duplicates.
      const key = contract.key.find((part) => part !== name && contract.fields[part]?.kind === 'text');
      const tokens = { ...sound, ...(key && { [key]: `"a${index}"` }), [name]: token };
      return { envelope, tokens, arrival: DAYS[0]! };
    }),
  );
}

function token(field: Field): fc.Arbitrary<string | undefined> {
  const dirty = fc.oneof(
    fc.constantFrom(undefined, ...ODD),
    fc.constantFrom(...NUMBERS),
    fc.constantFrom('true', '"FALSE"', '0'),
  );
  return fc.oneof({ weight: 30, arbitrary: usual(field) }, { weight: 1, arbitrary: dirty });
}

function usual(field: Field): fc.Arbitrary<string> {
  const json = (values: readonly unknown[]) => fc.constantFrom(...values.map((value) => JSON.stringify(value)));
  switch (field.kind) {
    case 'text':
      return json(['a1', 'a2', 'a3']);
    case 'one-of':
      return json(field.values);
    case 'integer':
    case 'decimal':
    case 'double':
      return fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom('1', '2', '5') },
        { weight: 1, arbitrary: fc.constantFrom(...NUMBERS) },
      );
    case 'boolean':
      return fc.constantFrom('true', 'false', '"1"', '"False"');
    case 'date':
      return fc.oneof({ weight: 12, arbitrary: json(DAYS) }, { weight: 1, arbitrary: json(DATES) });
    case 'timestamp': {
      const any = fc
        .tuple(fc.constantFrom(...DATES), fc.constantFrom(...TIMES))
        .map(([day, time]) => JSON.stringify(day + time));
      return fc.oneof(
        { weight: 12, arbitrary: json(DAYS.map((day) => `${day}T10:00:00.000Z`)) },
        { weight: 2, arbitrary: any },
      );
    }
  }
}
