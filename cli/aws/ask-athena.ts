import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaEngine, type AthenaOptions } from '../../adapters/aws/athena-engine.ts';
import { AthenaQueries, type AthenaStatistics } from '../../adapters/aws/athena-queries.ts';
import type { LoadedProject } from '../../adapters/local/project-files.ts';
import { EngineError, UsageError } from '../../core/errors.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import type { EngineSession, QueryResult } from '../../core/ports/query-engine.ts';
import { BALANCE, balanceParts, publishedRelation, queryableTables } from '../../core/query/published-tables.ts';
import { renameTables, tablesNamed } from '../../core/query/table-names.ts';

export interface AskAthena extends AthenaOptions {
  readonly project: LoadedProject;
  /** Unique to this query. */
  readonly id: string;
}

/** The rows of a query and what they took. */
interface Answer {
  readonly result: QueryResult;
  readonly statistics: AthenaStatistics;
}

/**
 * Runs a person's query on Athena: over the catalog's tables or, of a state of the past, over run-scoped tables that hold
 * exactly its files.
 * @throws UsageError if the SQL is wrong
 */
export async function askAthena(request: AskAthena, sql: string, asOf?: LedgerState): Promise<Answer> {
  const tables = queryableTables(request.project);
  const named = tablesNamed(sql, tables);
  try {
    return asOf ? await askPast(request, sql, asOf, named) : await askPresent(request, sql, tables);
  } catch (error) {
    if (!(error instanceof EngineError) || error.kind === 'unavailable') throw error;
    const { cause } = error;
    throw new UsageError(`the query was refused: ${cause instanceof Error ? cause.message : error.message}`, {
      cause: error,
    });
  }
}

async function askPresent(request: AskAthena, sql: string, tables: readonly string[]): Promise<Answer> {
  const { athena, workgroup, databases, id } = request;
  const deadline = () => Number.POSITIVE_INFINITY;
  const database = `${databases}_gold`;
  const queries = new AthenaQueries({ athena, workgroup, database, session: id, deadline, pause: sleep });
  const result = await queries.rows(
    renameTables(sql, (table) => {
      if (!tables.includes(table)) return undefined;
      const [layer, name] = table.split('.');
      return `"${databases}_${layer}"."${name}"`;
    }),
  );
  return { result, statistics: queries.statistics };
}

async function askPast(request: AskAthena, sql: string, asOf: LedgerState, named: readonly string[]): Promise<Answer> {
  const session = await new AthenaEngine(request).open(request.id);
  try {
    for (const table of named) await definePast(session, request.project, asOf, table);
    const result = await session.query(
      renameTables(sql, (table) => (named.includes(table) ? `"${pastName(table)}"` : undefined)),
    );
    return { result, statistics: session.statistics };
  } finally {
    await session.close();
  }
}

async function definePast(
  session: EngineSession,
  project: LoadedProject,
  state: LedgerState,
  table: string,
): Promise<void> {
  const name = pastName(table);
  if (table !== BALANCE) return session.define({ ...publishedRelation(project, state, table), name });
  const parts = balanceParts(project);
  for (const part of parts) await definePast(session, project, state, part);
  await session.derive(name, parts.map((part) => `select * from "${pastName(part)}"`).join('\nunion all\n'), 'view');
}

/** One name, because staging has one database. */
function pastName(table: string): string {
  return table.replace('.', '_');
}
