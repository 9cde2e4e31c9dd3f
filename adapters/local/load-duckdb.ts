import type * as DuckDb from '@duckdb/node-api';

/** DuckDB, loaded when it is first needed: a command that builds nothing starts without it. */
export async function loadDuckDb(): Promise<typeof DuckDb> {
  const loaded = await import('@duckdb/node-api');
  // Bundled into dist/, a CommonJS module has its names on `default` only.
  return 'DuckDBInstance' in loaded ? loaded : (loaded as { default: typeof DuckDb }).default;
}
