import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { EngineError, StorageError, UsageError } from '../../core/errors.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import type { QueryResult } from '../../core/ports/query-engine.ts';
import { publishedRelation, queryableTables } from '../../core/query/published-tables.ts';
import { tablesNamed, unknownTable } from '../../core/query/table-names.ts';
import type { LocalContext } from './local-context.ts';

/** Runs a person's query over what is published in one state of the log, by default the present one. */
export async function askHere(
  { project, warehouse, log }: LocalContext,
  sql: string,
  asOf?: LedgerState,
): Promise<QueryResult> {
  const tables = queryableTables(project);
  tablesNamed(sql, tables);
  const state = asOf ?? (await log.read());
  const engine = new DuckDbEngine({ root: warehouse, prelude: project.prelude, fenced: true });
  const session = await engine.open('query');
  try {
    const everything = /information_schema|\bshow\b|\bdescribe\b/i.test(sql);
    for (const table of tables) {
      const [schema, name] = table.split('.') as [string, string];
      if (!everything && !sql.toLowerCase().includes(name)) continue;
      await session.defineIn(schema, name, publishedRelation(project, state, table));
    }
    return await session.ask(sql);
  } catch (error) {
    throw error instanceof EngineError ? queryMistake(error, tables) : error;
  } finally {
    await session.close();
    await engine.close();
  }
}

function queryMistake(error: EngineError, tables: readonly string[]): Error {
  const message = error.message.replace(/^DuckDB could not query: /, '');
  const lost =
    /No files found that match the pattern ".*?\/((?:silver|quarantine|gold|ops)\/(\w+)\/[^"]*\/dt=([\d-]+)\/[^"]*)"/.exec(
      message,
    );
  if (lost) return lostFile(lost);
  const missing = /^Catalog Error: Table with name "?(\w+)/.exec(message)?.[1];
  return missing ? unknownTable(missing, tables) : new UsageError(`the query was refused: ${message}`);
}

/** A published file that is not there any more: somebody has deleted it, no command of ours does. */
function lostFile([, key, name, dt]: RegExpExecArray): StorageError {
  const table = `${key!.split('/')[0]}.${name}`;
  const remedy = `sluice backfill --from ${dt} --to ${dt} --tables ${table} --force`;
  return new StorageError(
    `${key} is gone, though ${table} dt=${dt} names it. If this is the present version, build it again by \`${remedy}\`; if it is one of the past, \`sluice gc\` has collected it.`,
  );
}
