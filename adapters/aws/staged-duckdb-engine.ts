import { rm } from 'node:fs/promises';
import { EngineError } from '../../core/errors.ts';
import type { QueryEngine } from '../../core/ports/query-engine.ts';
import { DuckDbEngine, type DuckDbOptions } from '../local/duckdb-engine.ts';
import { makeScratch } from './s3-scratch.ts';
import type { S3Store } from './s3-store.ts';
import { StagedDuckDbSession } from './staged-duckdb-session.ts';

export interface StagedDuckDbOptions extends Pick<DuckDbOptions, 'prelude' | 'memory' | 'threads'> {
  readonly store: S3Store;
  /** How many bytes of files one session may download. */
  readonly stagedBytes: number;
  /** Where sessions have their folders; by default where temporary files are. */
  readonly scratch?: string;
}

/**
 * DuckDB in this process, over the files of a bucket: what a session reads is downloaded first, what it writes is uploaded.
 * Sessions share nothing, on the disk or in DuckDB.
 */
export class StagedDuckDbEngine implements QueryEngine {
  readonly name = 'duckdb-1.5';
  readonly dialect = 'duckdb';
  readonly #options: StagedDuckDbOptions;

  constructor(options: StagedDuckDbOptions) {
    this.#options = options;
  }

  async open(id: string): Promise<StagedDuckDbSession> {
    const { store, stagedBytes, scratch, ...settings } = this.#options;
    const root = await makeScratch(scratch);
    const engine = new DuckDbEngine({ ...settings, root });
    const clear = async (): Promise<void> => {
      await engine.close();
      await rm(root, { recursive: true, force: true });
    };
    try {
      const session = await engine.open(id);
      return new StagedDuckDbSession({ session, store, root, stagedBytes, clear });
    } catch (error) {
      await clear();
      throw new EngineError(`DuckDB could not start: ${(error as Error).message}`, {
        statement: '',
        kind: 'unavailable',
        cause: error,
      });
    }
  }
}
