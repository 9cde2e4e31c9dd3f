import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const script = join(import.meta.dirname, '../../bin/sluice.js');

/** Runs the `sluice` command as a process of its own on a warehouse. */
export function sluice(warehouse: string, ...args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    const env = { ...process.env, SLUICE_WAREHOUSE: warehouse };
    execFile(process.execPath, [script, ...args], { env, maxBuffer: 1 << 28 }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** The rows of a query as objects; 64-bit integers must fit a double here. */
export async function rows(warehouse: string, sql: string): Promise<Record<string, unknown>[]> {
  const { code, out, err } = await sluice(warehouse, 'query', '--format', 'json', sql);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as Record<string, unknown>[];
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A new folder, which goes when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  folders.push(folder);
  return folder;
}
