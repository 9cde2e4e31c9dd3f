import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { unparsableModel } from '../../core/contract/unparsable-model.ts';
import { goldModel } from '../../core/model/gold-model.ts';
import { assembleProject } from '../../core/model/project.ts';
import type { RunReport } from '../../core/reconcile/run.ts';
import persons from '../contract/persons.ts';
import { PRELUDE } from '../contract/run-model.ts';
import type { Delivery } from '../pipeline/deliveries.ts';
import { Pipeline, writeFiles } from '../pipeline/pipeline.ts';
import { runSteps } from '../steps/machine.ts';

const GOLD = `/*
row: A person who registered on a day.
inputs:
  silver.persons: [0]
columns:
  email: varchar - Whose.
  names: bigint - How many names they gave.
*/
select email, count(distinct name) as names, dt
from persons
group by email, dt
`;

const project = {
  ...assembleProject([
    ...entityModels(persons, PRELUDE),
    unparsableModel(PRELUDE),
    goldModel('sql/gold/person_day.sql', GOLD, PRELUDE),
  ]),
  contracts: [persons],
  prelude: PRELUDE,
};

export interface Person {
  readonly id?: string;
  readonly email: string;
  readonly name?: string;
  readonly device?: string;
  readonly account: string;
  readonly town?: string;
  readonly day: string;
}

/** A warehouse of persons on this machine, run by the steps that AWS runs, so that all that they leave is there, too. */
export class PersonsWarehouse {
  readonly pipeline: Pipeline;
  readonly #root: string;
  readonly #engine: DuckDbEngine;
  #runs = 0;

  constructor(root: string) {
    this.#root = root;
    this.pipeline = new Pipeline(root, project);
    this.#engine = new DuckDbEngine({ root, prelude: PRELUDE, threads: 1, memory: '400MB' });
  }

  async close(): Promise<void> {
    await this.#engine.close();
    await this.pipeline.close();
  }

  /** Takes persons in from a file; one without an id comes bare. */
  async ingest(folder: string, name: string, some: readonly Person[]): Promise<void> {
    const envelopes = some.filter(({ id }) => id !== undefined).map(delivery);
    const { failures } = await this.pipeline.ingest(await writeFiles(folder, name, envelopes));
    const bare = some.filter(({ id }) => id === undefined).map(delivery);
    const files = await writeFiles(folder, `${name}-bare`, bare);
    const more = await this.pipeline.ingest(files.map((file) => ({ ...file, entity: 'persons' })));
    if (failures.length + more.failures.length > 0) throw new Error(inspect([failures, more.failures]));
  }

  run(): Promise<RunReport> {
    const { log, store } = this.pipeline;
    const clock = () => new Date().toISOString();
    const engines = { duckdb: this.#engine, athena: this.#engine };
    return runSteps({ project, contracts: [persons], store, log, clock, engines }, `run-${++this.#runs}`);
  }

  /** Everything that the objects of the warehouse hold, by key: as it is, and of Parquet the rows as well. */
  async contents(): Promise<Map<string, string>> {
    const session = await this.#engine.open('contents');
    const found = new Map<string, string>();
    for (const entry of await readdir(this.#root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path, 'latin1');
      const rows = path.endsWith('.parquet') ? (await session.query(`select * from read_parquet('${path}')`)).rows : [];
      found.set(path.slice(this.#root.length + 1), `${bytes}\n${JSON.stringify(rows, texts)}`);
    }
    await session.close();
    return found;
  }
}

function texts(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

function delivery({ id, day, ...fields }: Person): Pick<Delivery, 'line' | 'arrival'> {
  const data = { ...fields, registered_at: `${day}T10:00:00Z` };
  const line = id === undefined ? data : { specversion: '1.0', id, source: 'shop', type: 'persons', data };
  return { line: JSON.stringify(line), arrival: day };
}
