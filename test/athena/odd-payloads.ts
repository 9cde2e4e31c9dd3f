import { DAYS } from '../contract/dirty-records.ts';
import type { Received } from '../contract/run-model.ts';

/** Members of a sound record of test/contract/readings.ts, as JSON. */
const SOUND: Readonly<Record<string, string>> = {
  sensor_id: '"ab"',
  measured_at: `"${DAYS[0]}T10:00:00.000Z"`,
  level: '1',
  amount: '1.5',
  valid: 'true',
  due: '"2026-03-01"',
};

/** Payloads that JSON.parse takes, so that bronze routes them, but that parsers of JSON may see differently. */
export function oddPayloads(): Received[] {
  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
  const texts: Record<string, string> = {
    ...member('note', '"\\ud800"'),
    ...member('note', '"\\udc00x"'),
    ...member('note', '"\\ud83d\\ude00"'),
    ...member('note', '"\\u0000"'),
    ...member('note', '"\\\\ud800"'),
    ...member('extra', '"\\\\ud800 \\\\\\ud83d\\ude00"'),
    ...member('extra', '"\\ud83d\\ud83d\\ude00\\ude00"'),
    ...member('extra', '"\\uD83D\\uDE00\\uDBFF\\uDFFF"'),
    ...member('extra', '"\\\\\\\\\\uDC00"'),
    ...member('note', '"\\u0041\\/"'),
    ...member('note', '"\\n"'),
    ...member('note', '"\\u00e9"'),
    ...member('note', '"e\u0301"'),
    ...member('note', '"\u2028"'),
    // Not alone: DuckDB's bindings take a mark at the start of a text for one of its encoding.
    ...member('note', '"x\ufeff"'),
    ...member('sensor_id', '"\\u0061\\u0062"'),
    ...member('level', '1E0'),
    ...member('level', '-0.0'),
    ...member('level', '1e-400'),
    ...member('level', '100000000000000000000000000000000e-32'),
    ...member('level', '1.0000000000000000000000000001'),
    ...member('level', '12345678901234567'),
    ...member('level', '123456789012345678'),
    ...member('level', '1234567890123456789'),
    ...member('amount', '0.10000000000000001'),
    ...member('amount', '9.099999999999999'),
    ...member('amount', '-0.009999999999999999'),
    ...member('amount', '1.00000000000000000000'),
    ...member('amount', '   9.0999999999999990'),
    ...member('amount', '\n9.0999999999999999'),
    ...member('amount', '"9.10000000000000000"'),
    ...member('amount', '12.345600'),
    ...member('amount', '99.99994999999999999'),
    ...member('amount', '1.23456789e1'),
    ...member('amount', '0.00005e4'),
    ...member('ratio', '0.1000000000000000055511151231257827'),
    ...member('ratio', '4.9e-324'),
    ...member('ratio', '2.2250738585072011e-308'),
    ...member('ratio', '-1.7976931348623157e308'),
    ...member('ratio', '-1e309'),
    ...member('ratio', '-0.0'),
    ...member('valid', '1.0'),
    ...member('valid', '"\\u0074rue"'),
    ...member('extra', deep(100)),
    ...member('extra', deep(900)),
    ...member('extra', deep(2000)),
    ...member('extra', '1'.repeat(2000)),
    ...member('extra', `"${'x'.repeat(100_000)}"`),
    'a member twice': json({ ...SOUND, level: '1, "level": 2' }),
    'a member twice, null first': json({ ...SOUND, level: 'null, "level": 2' }),
    'a member twice, object first': json({ ...SOUND, level: '{"a": 1}, "level": 2' }),
    'an escaped name': json({ ...SOUND, level: '1, "l\\u0065vel": 2' }),
    'only an escaped name': json(SOUND).replace('"level"', '"l\\u0065vel"'),
    'upper case': json(SOUND).replace('"level"', '"LEVEL"'),
    'both cases': json({ ...SOUND, level: '1, "LEVEL": 2, "Level": 3' }),
    'data within data': json({ ...SOUND, data: json(SOUND) }),
    'white space': `\n\t ${json(SOUND).replaceAll(',', '\r\n,\t').replaceAll('": ', '" :\n ')} \n`,
    'a name with a point': json({ ...SOUND, 'level.x': '2', 'data.level': '3' }),
    'an empty name': json({ ...SOUND, '': '1' }),
    'a number of another name before': json({ x: '{"level": 7.10}', ...SOUND, level: '7.10', amount: '1.50' }),
    'a text that looks like a member': json({ extra: '"\\"amount\\": 1.50"', ...SOUND, amount: '1.500' }),
  };
  const base = { ingest_date: DAYS[0]!, event_date: DAYS[0]!, file_hash: 'f' };
  for (const data of Object.values(texts)) JSON.parse(data);
  return Object.entries(texts).flatMap(([name, data], index) => [
    {
      ...base,
      id: name,
      source: 's',
      type: 'readings',
      line: 2 * index,
      payload: enveloped(ofSensor(data, 2 * index)),
    },
    { ...base, id: `bare ${name}`, line: 2 * index + 1, payload: ofSensor(data, 2 * index + 1) },
  ]);

  function member(name: string, token: string): Record<string, string> {
    return { [`${name} ${token.slice(0, 60)} ${token.length}`]: json({ ...SOUND, [name]: token }) };
  }
}

/** The sensor is the key: each record gets its own. */
function ofSensor(data: string, number: number): string {
  return data.replace('"ab"', `"s${number.toString(36)}"`);
}

function enveloped(data: string): string {
  return `{"specversion":"1.0","id":"x","source":"s","type":"readings","data":${data}}`;
}

function json(members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members).map(([name, token]) => `${JSON.stringify(name)}: ${token}`)}}`;
}
