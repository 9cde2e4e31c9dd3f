import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FunctionSpec, functions } from '../../infra/functions.ts';

const specs = Object.entries(functions) as [string, FunctionSpec][];

/** By function: the files of the project that are in its bundle, and the packages that are left out. */
const bundles = new Map<string, { readonly files: readonly string[]; readonly outside: readonly string[] }>();

beforeAll(async () => {
  const { metafile } = await build({
    ...{ bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', logLevel: 'error' },
    entryPoints: specs.map(([name, { entry }]) => ({ in: entry, out: name })),
    outdir: 'never-written',
    packages: 'external',
  });
  for (const [output, { inputs, imports }] of Object.entries(metafile!.outputs)) {
    const outside = imports.map(({ path }) => path);
    bundles.set(output.replace(/^.*\/(\w+)\.js$/, '$1'), { files: Object.keys(inputs), outside });
  }
});

describe('What functions.ts says', () => {
  it('is true of their settings: each is given what its code asks for, and no more', () => {
    for (const [name, { environment }] of specs) {
      const asked = bundles
        .get(name)!
        .files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\w*etting\('SLUICE_(\w+)'\)/g)])
        .map(([, setting]) => setting!);
      const given = ['NAME', 'WAREHOUSE', ...environment];
      expect({ name, settings: [...new Set(asked)].sort() }).toEqual({ name, settings: given.sort() });
    }
  });

  it('is true of DuckDB: whoever is to start fast does without', () => {
    for (const [name, { duckdb }] of specs) {
      const isThere = bundles.get(name)!.outside.includes('@duckdb/node-api');
      expect({ name, duckdb: isThere }).toEqual({ name, duckdb });
    }
  });

  it('fits what Lambda has: at most 10 GB of memory and disk, and a quarter of an hour', () => {
    for (const [, { memory, scratch, timeout }] of specs) {
      if (memory !== 'build') expect(memory).toBeLessThanOrEqual(3008);
      expect(scratch).toBeLessThanOrEqual(10_240);
      expect(timeout).toBeLessThanOrEqual(900);
    }
  });
});
