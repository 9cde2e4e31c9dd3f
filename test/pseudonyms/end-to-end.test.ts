import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KEY_OBJECT, keyId, readKey } from '../../core/pseudonyms/pseudonym-key.ts';
import { KEY, keyFile } from '../contract/protected-values.ts';
import { type Person, PersonsWarehouse } from './warehouse.ts';

const DAYS = ['2026-01-01', '2026-01-02', '2026-01-03'];

const SOUND: readonly Person[] = [
  { id: 'e1', email: 'ann@example.org', name: 'Ann Secretname', account: 'a1', town: 'Opentown', day: DAYS[0]! },
  { id: 'e2', email: 'bob@example.org', device: 'device-secret', account: 'a2', day: DAYS[0]! },
  { id: 'e3', email: "o'néil😀@example.org", name: 'O’Néil "Secret"', account: 'a3', day: DAYS[1]! },
  // Known by its payload; the same person as on the day before, who counts once.
  { email: 'ann@example.org', name: 'Ann Barename', account: 'a1', day: DAYS[1]! },
  { email: 'barefoot@example.org', name: 'Bare Foot', account: 'a4', day: DAYS[1]! },
];
const REFUSED: readonly Person[] = [
  { id: 'e4', email: 'z-refused@example.org', name: 'Re Fused', account: 'a5', day: DAYS[0]! },
  { email: 'much-too-long-an-address-for-us@example.org', account: 'a6', day: DAYS[1]! },
];
const LATE: readonly Person[] = [
  { id: 'e5', email: 'late@example.org', name: 'Late Comer', account: 'a7', day: DAYS[0]! },
  { id: 'e6', email: 'ann@example.org', name: 'Ann Again', account: 'a1', day: DAYS[2]! },
];
const EVERYBODY = [...SOUND, ...REFUSED, ...LATE];
const SECRETS = EVERYBODY.flatMap(({ email, name, device }) => [email, name, device]).filter(
  (text) => text !== undefined,
);

let root: string;
let opened: PersonsWarehouse[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-persons-'));
  opened = [];
});
afterEach(async () => {
  for (const warehouse of opened) await warehouse.close();
  await rm(root, { recursive: true });
});

function open(name: string): PersonsWarehouse {
  const warehouse = new PersonsWarehouse(join(root, name));
  opened.push(warehouse);
  return warehouse;
}

async function openedWith(name: string, some: readonly Person[]): Promise<PersonsWarehouse> {
  const warehouse = open(name);
  await warehouse.ingest(join(root, `${name}-files`), 'first', some);
  return warehouse;
}

/** A value as it may be written: as text, within JSON, as bytes that are read as Latin-1, or as SQL. */
function spellings(value: string): string[] {
  const texts = [value, JSON.stringify(value).slice(1, -1), value.replaceAll("'", "''")];
  return [...texts, ...texts.map((text) => Buffer.from(text).toString('latin1'))];
}

function holding(contents: ReadonlyMap<string, string>, values: readonly string[]): string[] {
  const wanted = values.flatMap(spellings);
  return [...contents].filter(([, text]) => wanted.some((value) => text.includes(value))).map(([key]) => key);
}

const layersOf = (keys: readonly string[]): string[] => [...new Set(keys.map((key) => key.split('/')[0]!))].sort();

it('silver and gold hold keyed hashes, and nothing outside bronze and the quarantine holds a value', async () => {
  const warehouse = await openedWith('w', [...SOUND, ...REFUSED]);
  const first = await warehouse.run();
  await warehouse.ingest(join(root, 'late'), 'late', LATE);
  const second = await warehouse.run();
  expect([first.errors, first.failures, second.errors, second.failures]).toEqual([[], [], [], []]);

  const key = await readKey(warehouse.pipeline.store);
  const hmac = (text: string | undefined) => (text ? createHmac('sha256', key).update(text).digest('hex') : null);
  const rows = await warehouse.pipeline.rows();
  // Of Ann's three registrations the first counts: each of the others was seen on the day before.
  const counting = [...SOUND.filter(({ name }) => name !== 'Ann Barename'), LATE[0]!];
  const told = counting.map(({ email, name, device, account, town }) =>
    [hmac(email), hmac(name), hmac(device), account, town ?? null].join(),
  );
  expect(
    rows
      .get('silver.persons')!
      .map((row) => row.slice(2, 7).join())
      .sort(),
  ).toEqual(told.sort());
  expect(
    rows
      .get('gold.person_day')!
      .map(([email]) => email)
      .sort(),
  ).toEqual(counting.map(({ email }) => hmac(email)).sort());
  expect(rows.get('quarantine.persons')).toHaveLength(2);

  const contents = await warehouse.contents();
  expect(layersOf(holding(contents, SECRETS))).toEqual(['bronze', 'quarantine']);
  expect(layersOf(holding(contents, ['Opentown']))).toEqual(['bronze', 'silver']);
  // What sound records were made of, the quarantine need not know.
  const sound = counting.flatMap(({ email, name }) => [email, name]).filter((text) => text !== undefined);
  expect(layersOf(holding(contents, sound))).toEqual(['bronze']);

  const bytes = Buffer.from(key);
  const pads = [0x36, 0x5c].map((pad) => Buffer.from(key.map((byte) => byte ^ pad)));
  const written = [bytes, ...pads].flatMap((each) =>
    (['hex', 'base64', 'base64url', 'latin1'] as const).map((encoding) => each.toString(encoding).slice(0, 40)),
  );
  const holders = [...contents].filter(([, text]) => written.some((part) => text.includes(part))).map(([name]) => name);
  expect(holders).toEqual([KEY_OBJECT]);
  expect(layersOf(holding(contents, [keyId(key)]))).toEqual(['log']);
});

it('a rebuild from scratch with the same key gives the same, with another one nothing that could be joined', async () => {
  const [one, two, other] = [
    await openedWith('one', SOUND),
    await openedWith('two', EVERYBODY),
    await openedWith('other', EVERYBODY),
  ];
  for (const warehouse of [one, two]) {
    await warehouse.pipeline.store.create(KEY_OBJECT, new TextEncoder().encode(keyFile(KEY)));
  }
  await one.run();
  await one.ingest(join(root, 'late'), 'late', [...REFUSED, ...LATE]);
  for (const warehouse of [one, two, other]) await warehouse.run();
  const rows = await one.pipeline.rows();
  const comparable = (found: typeof rows) => [...found].filter(([table]) => !table.startsWith('quarantine.'));
  expect(comparable(await two.pipeline.rows())).toEqual(comparable(rows));
  const emails = new Set(rows.get('gold.person_day')!.map(([email]) => email));
  expect((await other.pipeline.rows()).get('gold.person_day')!.filter(([email]) => emails.has(email!))).toEqual([]);
});

it('without its key nothing is published that needs it, the rest is, and the key back in its place mends it', async () => {
  const warehouse = await openedWith('w', SOUND);
  const { store, log } = warehouse.pipeline;
  await warehouse.run();
  const before = await warehouse.pipeline.rows();
  const key = (await store.get(KEY_OBJECT))!;

  await warehouse.ingest(join(root, 'late'), 'late', LATE);
  for (const [content, message] of [
    [undefined, 'is gone: restore the object from a backup'],
    [keyFile(KEY), 'but pseudonyms were made with the key'],
  ] as const) {
    await store.delete([KEY_OBJECT]);
    if (content) await store.put(KEY_OBJECT, new TextEncoder().encode(content));
    const { errors, published } = await warehouse.run();
    expect(new Set(errors.map(({ table }) => table))).toEqual(new Set(['silver.persons_keys', 'silver.persons']));
    for (const error of errors) expect(error.message).toContain(message);
    expect(published.filter(({ table }) => !table.includes('unparsable'))).toEqual([]);
    const after = await warehouse.pipeline.rows();
    for (const table of ['silver.persons', 'gold.person_day']) expect(after.get(table)).toEqual(before.get(table));
  }

  await store.put(KEY_OBJECT, key);
  expect((await warehouse.run()).errors).toEqual([]);
  expect((await warehouse.pipeline.rows()).get('silver.persons')).toHaveLength(
    before.get('silver.persons')!.length + 1,
  );
  expect((await log.read()).pseudonymKey).toBe(keyId(await readKey(store)));
});

it('should the log ever name another key, all that holds pseudonyms is stale, and nothing else', async () => {
  const warehouse = await openedWith('w', SOUND);
  const { store, log } = warehouse.pipeline;
  const { published: first } = await warehouse.run();
  expect((await warehouse.run()).published).toEqual([]);
  await store.put(KEY_OBJECT, new TextEncoder().encode(keyFile(KEY)));
  await log.commit('operator', () => ({ pseudonymKey: keyId(KEY) }));
  const { published, errors } = await warehouse.run();
  const names = (some: typeof published) => some.map(({ table, dt }) => `${table} ${dt}`).sort();
  expect(errors).toEqual([]);
  expect(names(published)).toEqual(names(first).filter((name) => !name.includes('unparsable')));
  const [row] = (await warehouse.pipeline.rows()).get('silver.persons')!.filter(([id]) => id === 'e1');
  expect(row?.[2]).toBe(createHmac('sha256', KEY).update('ann@example.org').digest('hex'));
});
