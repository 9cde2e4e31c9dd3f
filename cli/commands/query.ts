import { Command } from 'commander';
import { publishedRelation, queryableTables } from '../../adapters/local/published-tables.ts';
import { EngineError, UsageError } from '../../core/errors.ts';
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
export async function query({ project, engine }: Context, sql: string, state: LedgerState): Promise<QueryResult> {
  const tables = queryableTables(project);
  for (const [name] of sql.toLowerCase().matchAll(LAYERED_NAME)) {
    if (!tables.includes(name)) throw unknownTable(name, tables);
  }
  const session = await engine.open();
  try {
    const everything = /information_schema|\bshow\b|\bdescribe\b/i.test(sql);
    for (const table of tables) {
      const [schema, name] = table.split('.') as [string, string];
      if (!everything && !sql.toLowerCase().includes(name)) continue;
      await session.defineIn(schema, name, publishedRelation(project, state, table));
    }
    return await session.query(sql);
  } catch (error) {
    throw error instanceof EngineError ? queryMistake(error, tables) : error;
  } finally {
    await session.close();
  }
}

/** After `from` or `join`, a name with one of the layers before it. */
const LAYERED_NAME = /(?<=\b(?:from|join)\s+)(?:bronze|silver|quarantine|gold|ops)\.\w+/g;

function queryMistake(error: EngineError, tables: readonly string[]): UsageError {
  const message = error.message.replace(/^DuckDB could not query: /, '');
  const missing = /^Catalog Error: Table with name "?(\w+)/.exec(message)?.[1];
  return missing ? unknownTable(missing, tables) : new UsageError(`the query was refused: ${message}`);
}

function unknownTable(name: string, tables: readonly string[]): UsageError {
  const inLayers = tables.filter((table) => table.split('.')[1] === name);
  const hint = inLayers.length > 0 ? `; did you mean ${inLayers.join(' or ')}?` : suggestion(name, tables);
  return new UsageError(`there is no table ${name}${hint}\nThe tables are ${tables.join(', ')}.`);
}
