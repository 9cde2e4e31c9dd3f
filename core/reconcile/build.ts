import type { Day } from '../dates.ts';
import type { PartitionVersion } from '../ledger/commit.ts';
import { type Model, type Output, relationName } from '../model/model.ts';
import type { InputPins } from '../plan/pinned-inputs.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { DayContent, EngineSession, QueryEngine, Value, WrittenPartition } from '../ports/query-engine.ts';
import { pseudonymKey } from '../pseudonyms/pseudonym-key.ts';

/** Bad rows of one audit on one day, or of one of the checks that every build has. */
export interface AuditFailure {
  readonly table: string;
  readonly dt: Day;
  readonly audit: string;
  readonly badRows: number;
  /** A few of them, as columns and values, for people. */
  readonly sample: readonly Readonly<Record<string, Value>>[];
}

export interface Built {
  /** Versions of the days that passed every audit: all outputs of a day or none. */
  readonly versions: readonly Omit<PartitionVersion, 'inputDigest' | 'codeDigest' | 'run' | 'basis' | 'release'>[];
  readonly failures: readonly AuditFailure[];
}

const SAMPLE_ROWS = 5;

/**
 * Builds some partitions of a model: pins the inputs, writes every output below `prefix` (fresh, never used before), and
 * audits what was written. Publishes nothing.
 * @param store of the warehouse, for its key
 * @throws PseudonymKeyError if the model needs the key and it is not the one that was planned with
 */
export async function build(
  engine: QueryEngine,
  store: ObjectStore,
  pins: InputPins,
  model: Model,
  targets: readonly Day[],
  attempt: string,
): Promise<Built> {
  const inputs = pins.of(model, targets);
  const key = model.readsPseudonymKey ? await pseudonymKey(store, inputs.pseudonymKey) : undefined;
  const session = await engine.open(attempt);
  try {
    await session.define({ name: 'targets', columns: ['dt'], rows: targets.map((dt) => [dt]) });
    await session.define(inputs.days);
    for (const relation of inputs.relations) await session.define(relation);
    if (key) await session.define(key);
    for (const step of model.steps(engine.dialect)) await session.derive(step.name, step.sql, step.as);

    const failures: AuditFailure[] = [];
    const versions: Built['versions'][number][] = [];
    for (const output of model.outputs) {
      const written = await session.write(output.sql, outputPrefix(output, attempt));
      const name = relationName(output.table);
      const files = written.flatMap((partition) => partition.files);
      await session.define({ name, columns: output.columns, partitionedBy: ['dt'], files });
      const contents = await session.contents(name, [...output.columns.map((column) => column.name), 'dt']);
      failures.push(...strayDays(output, contents, targets));
      failures.push(...(await audit(session, output, targets)));
      versions.push(...targets.map((dt) => version(output.table, dt, written, contents, engine.name)));
    }
    if (model.accounts) failures.push(...(await unaccounted(session, model, model.accounts, inputs.received)));
    const failed = new Set(failures.map((failure) => failure.dt));
    return { versions: versions.filter(({ dt }) => !failed.has(dt)), failures };
  } finally {
    await session.close();
  }
}

/** `<layer>/<name>/run=<attempt>/`: below it the engine makes a folder `dt=D/` for each day that has rows. */
function outputPrefix(output: Output, attempt: string): string {
  return `${output.table.replace('.', '/')}/run=${attempt}/`;
}

function version(
  table: string,
  dt: Day,
  written: readonly WrittenPartition[],
  contents: ReadonlyMap<string, DayContent>,
  engine: string,
): Built['versions'][number] {
  const partition = written.find((candidate) => candidate.dt === dt);
  const content = contents.get(dt);
  if (!partition && !content) return { table, dt, files: [], rows: 0, bytes: 0, checksum: 'empty' };
  if (!partition || !content) {
    const found = `${partition?.files.length ?? 0} files were written, ${content?.rows ?? 0} rows can be read back`;
    throw new Error(`${table} dt=${dt}: ${found}`);
  }
  const { files, bytes } = partition;
  return { table, dt, files, rows: content.rows, bytes, checksum: `${engine}:${content.checksum}` };
}

/** Rows of other days than the targets mean that the model's SQL is wrong: then no target is to be trusted. */
function strayDays(output: Output, contents: ReadonlyMap<string, DayContent>, targets: readonly Day[]): AuditFailure[] {
  const strays = [...contents].filter(([dt]) => !targets.includes(dt));
  if (strays.length === 0) return [];
  const sample = strays.slice(0, SAMPLE_ROWS).map(([dt, { rows }]) => ({ dt, rows: BigInt(rows) }));
  const badRows = strays.reduce((sum, [, { rows }]) => sum + rows, 0);
  return targets.map((dt) => ({ table: output.table, dt, audit: 'only_target_days', badRows, sample }));
}

/** A bad row of no target day (its dt is null, say) stops every target: nobody knows which of them it belongs to. */
async function audit(session: EngineSession, output: Output, targets: readonly Day[]): Promise<AuditFailure[]> {
  if (output.audits.length === 0) return [];
  const counts = output.audits.map(
    ({ name, sql }) => `select '${name}' as audit, dt, count(*) as bad_rows\nfrom (\n${sql}\n) group by dt`,
  );
  const { rows } = await session.query(counts.join('\nunion all\n'));
  const failures: AuditFailure[] = [];
  for (const [name, dt, badRows] of rows) {
    const { sql } = output.audits.find((candidate) => candidate.name === name)!;
    const where = dt === null ? 'dt is null' : `dt = '${dt}'`;
    const bad = await session.query(`select *\nfrom (\n${sql}\n) where ${where}\nlimit ${SAMPLE_ROWS}`);
    const sample = bad.rows.map((row) => Object.fromEntries(bad.columns.map((column, i) => [column.name, row[i]!])));
    const stopped = typeof dt === 'string' && targets.includes(dt) ? [dt] : targets;
    for (const day of stopped) {
      failures.push({ table: output.table, dt: day, audit: String(name), badRows: Number(badRows), sample });
    }
  }
  return failures;
}

async function unaccounted(
  session: EngineSession,
  model: Model,
  sql: string,
  received: ReadonlyMap<Day, number>,
): Promise<AuditFailure[]> {
  const { rows } = await session.query(sql);
  const accounted = new Map(rows.map(([dt, count]) => [String(dt), Number(count)] as const));
  return [...received].flatMap(([dt, count]) => {
    const found = accounted.get(dt) ?? 0;
    if (found === count) return [];
    const sample = [{ received: BigInt(count), accounted: BigInt(found) }];
    return [{ table: model.name, dt, audit: 'every_record_accounted_for', badRows: Math.abs(count - found), sample }];
  });
}
