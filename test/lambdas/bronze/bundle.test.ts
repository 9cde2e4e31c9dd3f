import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadProject } from '../../../adapters/local/project-files.ts';
import { routeOf } from '../../../core/contract/route-of.ts';
import { deployedRouting } from '../../../lambdas/bronze/routing.ts';
import { deployedProject } from '../../../lambdas/project.ts';
import { writeLambdaProject } from '../../../scripts/lambda-project.js';
import { kinesisEvent, kinesisRecord } from './kinesis-events.ts';

const run = promisify(execFile);
let folder: string;
let metafile: Metafile;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  await writeLambdaProject(folder);
  const built = await build({
    entryPoints: ['lambdas/bronze/stream.ts'],
    outfile: join(folder, 'index.mjs'),
    ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', mainFields: ['module', 'main'] },
    ...{ minifySyntax: true, minifyWhitespace: true, metafile: true, logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  metafile = built.metafile;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the bundle of the stream’s consumer', () => {
  it('holds neither DuckDB, nor schemas, nor what only other functions need', () => {
    const packages = Object.keys(metafile.inputs).flatMap((input) => {
      return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [];
    });
    const found = new Set(packages);
    for (const name of [
      '@duckdb/node-api',
      '@duckdb/node-bindings',
      'zod',
      'aws-cdk-lib',
      'aws-sdk',
      'async',
      'esbuild',
    ]) {
      expect(found, name).not.toContain(name);
    }
    expect([...found].filter((name) => name.startsWith('@aws-sdk/client-'))).toEqual(['@aws-sdk/client-s3']);
    const [output] = Object.values(metafile.outputs);
    expect(
      output!.imports.filter(({ external, path }) => external && !/^(node:)?[a-z_0-9]+(\/[a-z_]+)?$/.test(path)),
    ).toEqual([]);
    expect(output!.bytes).toBeLessThan(1_500_000);
  });

  it('writes a batch, by itself', async () => {
    const puts: string[] = [];
    const s3: Server = createServer((request, response) => {
      puts.push(`${request.method} ${request.url!.replace(/\?.*/, '')}`);
      request.resume().on('end', () => response.end());
    });
    s3.listen(0, '127.0.0.1');
    await once(s3, 'listening');
    try {
      const data = { transaction_id: 't1', timestamp: '2026-01-15T10:00:00Z' };
      const record = kinesisRecord(1, Buffer.from(JSON.stringify({ type: 'transactions', id: 'e1', data })));
      writeFileSync(join(folder, 'event.json'), JSON.stringify(kinesisEvent(record)));
      const call = `import { handler } from ${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)};
        import { readFileSync } from 'node:fs';
        console.log(JSON.stringify(await handler(JSON.parse(readFileSync(${JSON.stringify(join(folder, 'event.json'))}, 'utf8')))));`;
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', call], {
        // From elsewhere, so that nothing is found in this checkout.
        cwd: tmpdir(),
        env: {
          AWS_ENDPOINT_URL: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`,
          ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
          ...{ SLUICE_WAREHOUSE: 'warehouse', SLUICE_NAME: 'test', POWERTOOLS_METRICS_NAMESPACE: 'Sluice' },
        },
      });
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.at(-1)).toEqual({ batchItemFailures: [] });
      expect(puts).toEqual([
        expect.stringMatching(
          /^PUT \/warehouse\/bronze\/entity(=|%3D)transactions\/ingest_date(=|%3D)2026-02-01\/event_date(=|%3D)2026-01-15\/stream-shardId-000000000006-4959\d+-4959\d+-1\.parquet$/,
        ),
      ]);
      const metrics = lines.find((line) => '_aws' in line);
      expect(metrics).toMatchObject({
        _aws: { CloudWatchMetrics: [{ Namespace: 'Sluice', Dimensions: [['deployment']] }] },
        ...{ deployment: 'test', RecordsReceived: 1, RecordsUnparsable: 0, ObjectsWritten: 1 },
      });
      expect(lines).toContainEqual(expect.objectContaining({ level: 'INFO', message: 'written', received: 1 }));
    } finally {
      s3.closeAllConnections();
      s3.close();
    }
  });
});

describe('the project beside it', () => {
  it('is what the checkout declares', async () => {
    const deployed = await deployedProject(pathToFileURL(join(folder, 'project/')));
    const local = await loadProject({ contracts: 'contracts', sql: 'sql' });
    expect(deployed.models.map(({ name, codeDigest }) => [name, codeDigest])).toEqual(
      local.models.map(({ name, codeDigest }) => [name, codeDigest]),
    );
    expect(deployedRouting(pathToFileURL(join(folder, 'project/routing.json')))).toEqual(
      JSON.parse(JSON.stringify(local.contracts.map(routeOf))),
    );
  });

  it('takes up an entity from one file, and its policy', async () => {
    const source = join(folder, 'checkout');
    for (const name of ['contracts', 'sql', 'core']) cpSync(name, join(source, name), { recursive: true });
    cpSync('node_modules/zod', join(source, 'node_modules/zod'), { recursive: true });
    writeFileSync(
      join(source, 'contracts/visits.ts'),
      `import { contract } from '../core/contract/contract.ts';
       import { timestamp } from '../core/contract/field.ts';
       export default contract({ entity: 'visits', version: 1, meaning: 'A visit.', eventTime: 'visited_at', key: ['visited_at'],
         fields: { visited_at: timestamp({ meaning: 'When.' }) }, accept: { lateDays: 3 } });`,
    );
    const asset = join(folder, 'asset');
    await writeLambdaProject(asset, source);
    const routing = deployedRouting(pathToFileURL(join(asset, 'project/routing.json')));
    expect(routing.find(({ entity }) => entity === 'visits')).toMatchObject({ accept: { lateDays: 3 } });
    const { contracts } = await deployedProject(pathToFileURL(join(asset, 'project/')));
    expect(contracts.map(({ entity }) => entity)).toContain('visits');
  });

  it('is refused with a contract of another name', async () => {
    const source = join(folder, 'odd');
    cpSync('sql', join(source, 'sql'), { recursive: true });
    cpSync('contracts/transactions.ts', join(source, 'contracts/orders.ts'));
    for (const name of ['core', 'node_modules/zod']) cpSync(name, join(source, name), { recursive: true });
    await expect(writeLambdaProject(join(folder, 'never'), source)).rejects.toThrow('contracts/orders.ts');
  });
});
