import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrinoSQL } from 'dt-sql-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractArtifacts } from '../../core/contract/artifacts.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { hasProtected } from '../../core/contract/protection.ts';
import { silverModel } from '../../core/contract/silver-model.ts';
import { unparsableModel } from '../../core/contract/unparsable-model.ts';
import { breaches, generate } from '../../scripts/generate-contracts.ts';
import persons from './persons.ts';
import readings from './readings.ts';
import { PRELUDE } from './run-model.ts';

const names = readdirSync('contracts')
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const contracts = await Promise.all(
  names.map(async (name) => ((await import(`../../contracts/${name}.ts`)) as { default: AnyContract }).default),
);

describe('every contract', () => {
  it('is named after its file', () => {
    expect(contracts.map(({ entity }) => entity)).toEqual(names);
  });

  it.each(contracts)('$entity keeps what it has published', (contract) => {
    expect(breaches(contract, '.')).toEqual([]);
  });

  it.each(contracts)('$entity has its generated files', (contract) => {
    for (const [path, text] of contractArtifacts(contract, PRELUDE)) {
      const found = existsSync(path) ? readFileSync(path, 'utf8') : '';
      expect(found, `${path} is out of date: run \`npm run generate\``).toBe(text);
    }
  });

  it('accounts for every generated file', () => {
    const generated = new Set(contracts.flatMap((contract) => [...contractArtifacts(contract, PRELUDE).keys()]));
    for (const folder of ['sql/silver', 'schemas', 'docs/contracts', 'contracts/published']) {
      for (const name of readdirSync(folder))
        expect(generated, 'run `npm run generate`').toContain(`${folder}/${name}`);
    }
  });
});

describe('generated SQL', () => {
  const parser = new TrinoSQL();
  const files = [...contracts, readings as AnyContract, persons].flatMap((contract) =>
    [...contractArtifacts(contract, PRELUDE)].filter(([path]) => path.endsWith('.sql')),
  );
  const models = [...contracts.flatMap((contract) => entityModels(contract, PRELUDE)), unparsableModel(PRELUDE)];
  const audits = models.flatMap(({ outputs }) =>
    outputs.flatMap(({ table, audits }) => audits.map((audit) => ({ table, ...audit }))),
  );

  it.each(files)('%s is in the grammar of Athena', (_, sql) => {
    expect(parser.validate(sql)).toEqual([]);
  });

  it.each(audits)('$table: the audit $name is in the grammar of Athena and tells the day', ({ sql }) => {
    expect(parser.validate(sql)).toEqual([]);
    expect(sql).toMatch(/^select dt,/);
  });
});

describe('generating', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-generate-'));
    mkdirSync(join(root, 'sql'));
    writeFileSync(join(root, 'sql/prelude.sql'), PRELUDE);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  it('writes what is missing, then nothing, and does not publish a breach', () => {
    const first = generate([readings], root);
    expect(first.problems).toEqual([]);
    expect(first.written).toHaveLength(6);
    expect(generate([readings], root)).toEqual({ written: [], problems: [] });
    const { due: _, ...rest } = readings.fields;
    const broken = generate([{ ...readings, fields: rest }], root);
    expect(broken.written).toEqual([]);
    expect(broken.problems).toEqual(['contracts/readings.ts: field due was removed. Undo it, or raise its version.']);
    expect(generate([], root).written).toEqual([]);
    expect(readdirSync(join(root, 'sql/silver'))).toEqual([]);
  });
});

describe('the code digest', () => {
  it('changes with the SQL and the macros, not with the prose', () => {
    const digest = (contract: AnyContract, prelude = PRELUDE) => silverModel(contract, prelude).codeDigest;
    const { due } = readings.fields;
    const before = digest(readings);
    expect(digest({ ...readings, meaning: 'Otherwise said.' })).toBe(before);
    expect(digest({ ...readings, fields: { ...readings.fields, due: { ...due, meaning: 'Otherwise.' } } })).toBe(
      before,
    );
    expect(digest({ ...readings, fields: { ...readings.fields, due: { ...due, required: false } } })).not.toBe(before);
    expect(digest(readings, `${PRELUDE}\n`)).not.toBe(before);
  });
});

describe('a contract with personal data', () => {
  const artifacts = contractArtifacts(persons, PRELUDE);

  it('says in its docs how silver keeps it', () => {
    const page = artifacts.get('docs/contracts/persons.md');
    expect(page).toContain('| What they are called. Personal data (direct, kept as a keyed hash). |');
    expect(page).toContain('| What they used. Personal data (pseudonym, kept as a keyed hash). |');
    expect(page).toContain('| Their account. Personal data (pseudonym). |');
    expect(page).toContain('| Where they live. Personal data (direct, kept as it is). |');
    expect(page).toContain('HMAC-SHA256');
    expect(contractArtifacts(readings, PRELUDE).get('docs/contracts/readings.md')).not.toContain('HMAC');
  });

  it('asks producers for the values themselves', () => {
    const schema = JSON.parse(artifacts.get('schemas/persons.json')!);
    expect(schema.properties.data.properties.email).toEqual({
      ...{ description: 'Where mail reaches them.', type: 'string', minLength: 2, maxLength: 30, pattern: '^[^z].*$' },
      ...{ 'x-pii': 'direct', 'x-protection': 'keyed-hash' },
    });
    expect(schema.properties.data.properties.town).not.toHaveProperty('x-protection');
  });

  it('has SQL that knows the key by its relation only', () => {
    const sql = artifacts.get('sql/silver/persons.sql')!;
    expect(sql).toContain('from pseudonym_key');
    for (const contract of contracts.filter(({ fields }) => !hasProtected(fields))) {
      for (const [path, text] of contractArtifacts(contract, PRELUDE))
        expect(text, path).not.toContain('pseudonym_key');
    }
  });
});

describe('a contract that refuses what comes late or ahead', () => {
  const refusing: AnyContract = { ...readings, accept: { lateDays: 30, aheadDays: 1 }, withinDays: 2 };
  const files = [...contractArtifacts(refusing, PRELUDE)].filter(([path]) => path.endsWith('.sql'));

  it.each(files)('has %s in the grammar of Athena', (_, sql) => {
    expect(new TrinoSQL().validate(sql)).toEqual([]);
  });

  it('says so in its docs', () => {
    const page = contractArtifacts(refusing, PRELUDE).get('docs/contracts/readings.md');
    expect(page).toContain('more than 30 days before its arrival it is `too_late`');
    expect(page).toContain('more than 1 day after it `too_far_ahead`');
  });
});
