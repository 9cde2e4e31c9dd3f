import { Command } from 'commander';
import { DuckDbEngine } from '../../adapters/local/duckdb-engine.ts';
import { publishedRelation, queryableTables } from '../../adapters/local/published-tables.ts';
import { EngineError, StorageError, UsageError } from '../../core/errors.ts';
import { commitAsOf } from '../../core/ledger/history.ts';
import type { LedgerState } from '../../core/ledger/state.ts';
import { suggestion } from '../../core/model/project.ts';
import type { QueryResult } from '../../core/ports/query-engine.ts';
import { type Context, type GlobalOptions, openContext, type Start } from '../context.ts';
import { formatOption } from '../options.ts';
import { FORMATS, type Format, formatRows } from '../output/rows.ts';

interface QueryOptions extends GlobalOptions {
  readonly format: Format;
  readonly asOf?: string;
}

export function queryCommand(start: Start): Command {
  return new Command('query')
    .description("Ask in SQL (Athena's dialect) over bronze.*, silver.*, quarantine.*, gold.* and ops.*")
    .argument('<sql>', 'a query, such as "select * from gold.daily_metrics order by dt"')
    .option('--as-of <run|time>', 'all tables as they were after a run, or at a time (UTC): consistent across tables')
    .addOption(formatOption(FORMATS))
    .action(async (sql: string, options: QueryOptions) => {
      const context = await openContext(start, options, { mustExist: true });
      const { log } = context;
      const state =
        options.asOf === undefined
          ? await log.read()
          : await log.readAsOf(commitAsOf(await log.commits(), options.asOf));
      const result = await query(context, sql, state);
      await context.engine.close();
      process.stdout.write(formatRows(result, options.format));
    });
}

/**
 * Runs a query over what is published in one state of the log.
 * @throws UsageError if the SQL is wrong; for an unknown table it names the nearest
 */
export async function query({ project, warehouse }: Context, sql: string, state: LedgerState): Promise<QueryResult> {
  if (sql.trim() === '')
    throw new UsageError('expected a query, such as "select * from gold.daily_metrics order by dt"');
  const tables = queryableTables(project);
  for (const [name] of sql.toLowerCase().matchAll(LAYERED_NAME)) {
    if (!tables.includes(name)) throw unknownTable(name, tables);
  }
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

/** After `from` or `join`, a name with one of the layers before it. */
const LAYERED_NAME = /(?<=\b(?:from|join)\s+)(?:bronze|silver|quarantine|gold|ops)\.\w+/g;

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

function unknownTable(name: string, tables: readonly string[]): UsageError {
  const inLayers = tables.filter((table) => table.split('.')[1] === name);
  const hint = inLayers.length > 0 ? `; did you mean ${inLayers.join(' or ')}?` : suggestion(name, tables);
  return new UsageError(`there is no table ${name}${hint}\nThe tables are ${tables.join(', ')}.`);
}
