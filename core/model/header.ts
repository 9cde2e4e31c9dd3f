import { load, YAMLException } from 'js-yaml';
import { ConfigurationError } from '../errors.ts';
import { type Column, isSqlType } from './column.ts';
import { areDaysKept, DAYS_EXPECTED, type Keep } from './days-kept.ts';
import { type Input, parseWindow } from './window.ts';

/** What the header of a model file declares, checked. */
export interface Header {
  readonly row: string;
  readonly inputs: readonly Input[];
  readonly partitions: 'day' | 'month';
  readonly days: readonly Keep[];
  readonly columns: readonly Column[];
  /** Column lists for the short forms `unique` and `not_null`, SQL for any other name. */
  readonly audits: ReadonlyMap<string, readonly string[] | string>;
}

const KEYS = ['row', 'inputs', 'partitions', 'days', 'columns', 'audits'];
const NAME = /^[a-z][a-z0-9_]*$/;
const TABLE = /^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/;

/** Splits a model file into the YAML of its opening block comment and the select after it. */
export function splitModel(file: string, text: string): { header: string; select: string } {
  const found = /^\s*\/\*([\s\S]*?)\*\/([\s\S]*)$/.exec(text);
  if (!found) throw new ConfigurationError(`${file}: expected a header, /* YAML */, before the select.`);
  const select = found[2]!.trim();
  if (!/^(--.*\s+)*(with|select)\s/i.test(select))
    throw new ConfigurationError(
      `${file}: expected one statement after the header that begins with "with" or "select".`,
    );
  if (/;\s*$/.test(select))
    throw new ConfigurationError(`${file}: expected one select without a semicolon at its end.`);
  return { header: found[1]!, select };
}

/**
 * Reads the YAML of a header. Keys: `row` (what one row is), `inputs` (table: window), `partitions` (day, the default, or
 * month), `days` (all, the default, or a list of month-end and last), `columns` (name: `type - meaning`, or a mapping with
 * both) and `audits` (`unique` and `not_null` with columns, or a name of your own with SQL). A ConfigurationError names the
 * file, the key and what was expected.
 */
export function parseHeader(file: string, yaml: string): Header {
  const fail = (key: string, expected: string): never => {
    throw new ConfigurationError(`${file}: ${key}: expected ${expected}.`);
  };
  const header = mapping(readYaml(file, yaml)) ?? fail('header', `a mapping with the keys ${KEYS.join(', ')}`);
  const unknown = [...header.keys()].find((key) => !KEYS.includes(key));
  if (unknown !== undefined) fail(unknown, `one of the keys ${KEYS.join(', ')}`);

  const row = header.get('row');
  const partitions = header.get('partitions') ?? 'day';
  const columns = readColumns(header.get('columns'), fail);
  return {
    row: typeof row === 'string' && row.trim() ? row.trim() : fail('row', 'a sentence that says what one row is'),
    inputs: readInputs(header.get('inputs'), fail),
    partitions: partitions === 'day' || partitions === 'month' ? partitions : fail('partitions', '"day" or "month"'),
    days: readDays(header.get('days') ?? 'all', fail),
    columns,
    audits: readAudits(header.get('audits'), columns, fail),
  };
}

function readYaml(file: string, yaml: string): unknown {
  try {
    return load(yaml);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new ConfigurationError(`${file}: header: expected YAML. ${error.message.split('\n')[0]}`);
  }
}

type Fail = (key: string, expected: string) => never;

/** An object as a map; undefined for anything else. */
function mapping(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

function readInputs(value: unknown, fail: Fail): Input[] {
  const entries = mapping(value);
  if (!entries?.size)
    return fail('inputs', 'a mapping of full table names to windows, such as silver.interactions: [0]');
  return [...entries].map(([table, text]) => {
    if (!TABLE.test(table)) fail(`inputs.${table}`, 'a full table name, <layer>.<name>');
    // YAML reads `[-3..3]` as a list of one item.
    const window = parseWindow(Array.isArray(text) ? `[${text.join()}]` : String(text));
    return { table, window: window ?? fail(`inputs.${table}`, 'a window such as [0], [-29..0], [..0] or [month]') };
  });
}

function readDays(value: unknown, fail: Fail): readonly Keep[] {
  const days: unknown[] = Array.isArray(value) ? value : [value];
  return areDaysKept(days) ? days : fail('days', DAYS_EXPECTED);
}

function readColumns(value: unknown, fail: Fail): Column[] {
  const entries = mapping(value);
  if (!entries?.size) return fail('columns', 'a mapping such as user_id: varchar - Who acted.');
  return [...entries].map(([name, declared]) => {
    const key = `columns.${name}`;
    if (!NAME.test(name)) fail(key, 'a column name in snake_case');
    if (name === 'dt') fail(key, 'no column dt: every table has it, last');
    const compact = typeof declared === 'string' ? /^(\S+)\s+-\s+(.+)$/s.exec(declared) : undefined;
    const long = mapping(declared);
    const type = compact?.[1] ?? long?.get('type');
    const meaning = compact?.[2] ?? long?.get('meaning');
    if (typeof type !== 'string' || typeof meaning !== 'string')
      return fail(key, '"type - meaning", or a mapping with type and meaning');
    if (!isSqlType(type))
      return fail(key, `a type among varchar, bigint, double, boolean, date, timestamp, decimal(p,s), not "${type}"`);
    return { name, type, meaning: meaning.trim() };
  });
}

function readAudits(value: unknown, columns: readonly Column[], fail: Fail): Header['audits'] {
  const entries = mapping(value ?? {}) ?? fail('audits', 'a mapping of audit names to columns or SQL');
  const known = ['dt', ...columns.map((column) => column.name)];
  const audits = new Map<string, readonly string[] | string>();
  for (const [name, declared] of entries) {
    const key = `audits.${name}`;
    if (!NAME.test(name)) fail(key, 'a name in snake_case');
    if (name === 'unique' || name === 'not_null') {
      const listed: unknown[] =
        Array.isArray(declared) && declared.length > 0 ? declared : fail(key, 'a list of columns');
      const stranger = listed.find((column) => !known.includes(column as string));
      if (stranger !== undefined) fail(key, `columns of this model, not "${stranger}"`);
      audits.set(name, listed as string[]);
    } else if (typeof declared === 'string' && /^\s*(with|select)\s/i.test(declared)) audits.set(name, declared.trim());
    else fail(key, 'a select of the bad rows, dt first');
  }
  return audits;
}
