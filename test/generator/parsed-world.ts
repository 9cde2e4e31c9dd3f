import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CsvReader } from '../../core/bronze/csv-reader.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { standardised } from '../../core/contract/standardise.ts';

/** A sound record as received. */
export type Row = Record<string, string | number | boolean | null | undefined>;

export interface Counts {
  received: number;
  good: number;
  bad: number;
  duplicates: number;
}

/** What a plain reader makes of the files of a world, knowing nothing but the contracts. */
export class ParsedWorld {
  unparsable = 0;
  lines = 0;
  readonly counts: Record<string, Counts> = {};
  /** By entity, each once; rows of snapshots with the day of their arrival as `dt`. */
  readonly rows: Record<string, Row[]> = {};
  /** What is wrong with bad records: `entity.field`. */
  readonly refused = new Set<string>();
  private readonly contracts: Map<string, AnyContract>;
  private readonly keys = new Set<string>();
  private readonly files = new Set<string>();

  constructor(folder: string, contracts: readonly AnyContract[]) {
    this.contracts = new Map(contracts.map((contract) => [contract.entity, contract]));
    for (const path of filesBelow(join(folder, 'events'))) this.readLines(readFileSync(path));
    for (const { entity, dated } of contracts) {
      if (dated === 'arrival') for (const path of filesBelow(join(folder, entity))) this.readCsv(path, entity);
    }
  }

  private readLines(bytes: Buffer): void {
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(10, from);
      const line = bytes.subarray(from, end);
      from = end + 1;
      this.lines += 1;
      const event = parsed(line);
      if (event && this.contracts.has(event.type)) this.take(event.type, event.data, '');
      else this.unparsable += 1;
    }
  }

  private readCsv(path: string, entity: string): void {
    const date = /ingest_date=(.*?)\//.exec(path)![1]!;
    const bytes = readFileSync(path);
    const file = `${entity} ${date} ${createHash('sha256').update(bytes).digest('hex')}`;
    if (this.files.has(file)) return;
    this.files.add(file);
    const [header, ...records] = new CsvReader().push(bytes.toString());
    const columns = header!.fields!;
    for (const { fields } of records) {
      if (fields?.length !== columns.length) this.receive(entity).bad += 1;
      else this.take(entity, Object.fromEntries(columns.map((column, at) => [column, fields[at]])), date);
    }
  }

  /** The counts of an entity, which has received one more. */
  private receive(entity: string): Counts {
    this.counts[entity] ??= { received: 0, good: 0, bad: 0, duplicates: 0 };
    this.counts[entity].received += 1;
    return this.counts[entity];
  }

  private take(entity: string, data: Row, dt: string): void {
    const { fields, key } = this.contracts.get(entity)!;
    const counts = this.receive(entity);
    const row: Row = dt ? { ...data, dt } : { ...data };
    let bad = false;
    for (const [name, field] of Object.entries(fields)) {
      let value = row[name] === '' ? null : (row[name] ?? null);
      if (field.kind === 'text' && field.standardise && typeof value === 'string') {
        value = standardised(value, field.standardise);
        row[name] = value;
      }
      // In a CSV all is text.
      if (field.kind === 'boolean' && /^(true|false|0|1)$/i.test(String(value))) value = true;
      const sound = value === null ? !field.required : field.json.safeParse(value).success;
      if (!sound) {
        bad = true;
        this.refused.add(`${entity}.${name}`);
      }
    }
    if (bad) {
      counts.bad += 1;
      return;
    }
    const identity = JSON.stringify([entity, dt, ...key.map((name) => row[name])]);
    if (this.keys.has(identity)) {
      counts.duplicates += 1;
      return;
    }
    this.keys.add(identity);
    counts.good += 1;
    this.rows[entity] ??= [];
    this.rows[entity].push(row);
  }
}

function parsed(line: Buffer): { type: string; data: Row } | undefined {
  if (!isUtf8(line)) return undefined;
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
