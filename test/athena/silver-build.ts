import { bronzePrefix } from '../../core/bronze/bronze-object.ts';
import { BRONZE_COLUMNS } from '../../core/bronze/columns.ts';
import { bronzeParquet } from '../../core/bronze/parquet.ts';
import type { AnyContract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { relationName } from '../../core/model/model.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import type { QueryEngine, Relation, Value } from '../../core/ports/query-engine.ts';
import { keyRelation } from '../contract/protected-values.ts';
import { PRELUDE, type Received } from '../contract/run-model.ts';

export type Tables = ReadonlyMap<string, readonly Record<string, string | null>[]>;

let builds = 0;

/**
 * Two files of each bronze partition of the records whose day is among `days`, and beside them one that nobody is told of.
 * Returns their keys.
 */
export async function putBronze(
  store: ObjectStore,
  entity: AnyContract,
  records: readonly Received[],
  days: readonly string[],
): Promise<string[]> {
  const partitions = new Map<string, Received[]>();
  builds += 1;
  for (const received of records) {
    const day = received.event_date === 'unknown' ? received.ingest_date : received.event_date;
    if (!days.includes(day)) continue;
    const prefix = `${builds}/${bronzePrefix(entity.entity, received.ingest_date, received.event_date)}`;
    partitions.set(prefix, [...(partitions.get(prefix) ?? []), received]);
  }
  const files: string[] = [];
  for (const [prefix, received] of partitions) {
    const half = Math.ceil(received.length / 2);
    const parts = [received.slice(0, half), received.slice(half), received];
    for (const [number, part] of parts.entries()) {
      if (part.length === 0) continue;
      const key = `${prefix}${number}.parquet`;
      await store.put(key, bronzeParquet(part.map(bronzeRow)));
      if (number < 2) files.push(key);
    }
  }
  return files;
}

/** Builds the models of a contract over bronze files: the rows of each table as text, and what its audits complain of. */
export async function buildSilver(
  engine: QueryEngine,
  entity: AnyContract,
  bronze: readonly string[],
  days: readonly string[],
): Promise<{ tables: Tables; complaints: string[] }> {
  const attempt = `${engine.name}-${++builds}`;
  const tables = new Map<string, Record<string, string | null>[]>();
  const complaints: string[] = [];
  const written = new Map<string, Pick<Relation, 'columns' | 'files'>>();
  for (const model of entityModels(entity, PRELUDE)) {
    const session = await engine.open(`${attempt}-${model.name}`);
    await session.define({ name: 'targets', columns: ['dt'], rows: days.map((day) => [day]) });
    for (const { table } of model.inputs) {
      const name = relationName(table);
      if (table.startsWith('bronze.')) {
        const partitionedBy = ['entity', 'ingest_date', 'event_date'];
        await session.define({ name, columns: BRONZE_COLUMNS, partitionedBy, files: bronze });
      } else await session.define({ name, partitionedBy: ['dt'], ...written.get(table)! });
    }
    if (model.readsPseudonymKey) await session.define(await keyRelation());
    for (const step of model.steps(engine.dialect)) await session.derive(step.name, step.sql, step.as);
    for (const { table, columns, sql, audits } of model.outputs) {
      const partitions = await session.write(sql, `${table.replace('.', '/')}/run=${attempt}/`);
      const found = { columns, files: partitions.flatMap((partition) => partition.files) };
      written.set(table, found);
      const relation = relationName(table);
      await session.define({ name: relation, partitionedBy: ['dt'], ...found });
      const names = [...columns.map(({ name }) => name), 'dt'];
      const { rows } = await session.query(`select ${names.join(', ')} from ${relation}`);
      const texts = rows.map((row) =>
        Object.fromEntries(names.map((name, i) => [name, comparable(row[i]!, columns[i]?.type)])),
      );
      tables.set(table, texts);
      for (const audit of audits) {
        if ((await session.query(audit.sql)).rows.length > 0) complaints.push(`${table} ${audit.name}`);
      }
    }
    await session.close();
  }
  return { tables, complaints };
}

/** Rows of any order, to be compared. */
export function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))).sort();
}

function bronzeRow(received: Received): Parameters<typeof bronzeParquet>[0][number] {
  const { id = null, source = null, type = null, payload } = received;
  return {
    record: { id, source, type, time: null, payload, reason: null, entity: '', eventDate: received.event_date },
    shardId: received.shard_id ?? null,
    sequenceNumber: received.sequence_number ?? null,
    subSequence: received.sub_sequence ?? null,
    fileHash: received.file_hash ?? null,
    line: received.line ?? null,
    ingestedAt: Date.parse(`${received.ingest_date}T12:00:00Z`),
  };
}

/** As the plain reading has it: text, and a timestamp as milliseconds. */
function comparable(value: Value, type: string | undefined): string | null {
  if (value === null) return null;
  return type === 'timestamp' ? String(Date.parse(`${String(value).replace(' ', 'T')}Z`)) : String(value);
}
