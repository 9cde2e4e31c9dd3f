import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { TrinoSQL } from 'dt-sql-parser';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contractArtifacts } from '../../core/contract/artifacts.ts';
import { landingKey } from '../../core/ingest/landing-key.ts';
import { loadDeaggregate } from '../../lambdas/bronze/deaggregate.ts';
import { sluice, temporaryFolder } from '../cli/sluice.ts';
import readings from '../contract/readings.ts';
import { PRELUDE } from '../contract/run-model.ts';
import { codeBlocks } from './code-blocks.ts';

const PAGE = 'docs/producers.md';
const page = readFileSync(PAGE, 'utf8');
// Below node_modules, so that imports are found as they would be in a producer's project.
const folder = join('node_modules', '.cache', `sluice-producers-${process.pid}`);

interface Example {
  sendRecords(kinesis: KinesisClient, stream: string, records: readonly StreamRecord[]): Promise<void>;
  recordOf(event: { id: string }): StreamRecord;
  packed(events: readonly { id: string }[]): Iterable<StreamRecord>;
}
interface StreamRecord {
  readonly Data: Uint8Array;
  readonly PartitionKey: string;
}

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of codeBlocks(PAGE, 'ts')) writeFileSync(join(folder, file!), code);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the examples in TypeScript', () => {
  let example: Example;
  beforeAll(async () => {
    const outfile = join(folder, 'example.mjs');
    await build({
      stdin: { contents: "export * from './send-records.ts'; export * from './packed.ts';", resolveDir: folder },
      ...{ outfile, bundle: true, packages: 'external', format: 'esm', platform: 'node', logLevel: 'error' },
    });
    example = (await import(pathToFileURL(outfile).href)) as Example;
  });

  it('are sound by the strictest rules', async () => {
    writeFileSync(join(folder, 'tsconfig.json'), '{ "extends": "../../../tsconfig.json", "include": ["*.ts"] }');
    const tsc = promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
    await expect(tsc.catch(({ stdout }: { stdout: string }) => stdout)).resolves.toMatchObject({ stdout: '' });
  });

  const events = (count: number, bytes: number) =>
    Array.from({ length: count }, (_, n) => ({ id: `e${n}`, data: 'x'.repeat(bytes) }));

  /** A stream that refuses some of the records of each request, and how often which record was taken. */
  function stream(refuses: (call: number, place: number) => boolean) {
    const taken = new Map<string, number>();
    const sizes: { records: number; bytes: number }[] = [];
    const kinesis = mockClient(KinesisClient);
    let call = 0;
    kinesis.on(PutRecordsCommand).callsFake(({ Records }: { Records: StreamRecord[] }) => {
      call++;
      sizes.push({ records: Records.length, bytes: Records.reduce((sum, record) => sum + record.Data.length, 0) });
      return {
        FailedRecordCount: 0,
        Records: Records.map(({ PartitionKey }, place) => {
          if (refuses(call, place)) return { ErrorCode: 'ProvisionedThroughputExceededException' };
          taken.set(PartitionKey, (taken.get(PartitionKey) ?? 0) + 1);
          return { SequenceNumber: '1', ShardId: 'shardId-0' };
        }),
      };
    });
    return { taken, sizes };
  }

  it('put each record until it was taken, and no other again', async () => {
    const { taken } = stream((call, place) => call <= 4 && place % 3 === call % 3);
    await example.sendRecords(new KinesisClient({}), 's', events(1300, 10).map(example.recordOf));
    expect(taken.size).toBe(1300);
    expect(new Set(taken.values())).toEqual(new Set([1]));
  });

  it('keep to the limits of a request', async () => {
    const { sizes } = stream(() => false);
    await example.sendRecords(new KinesisClient({}), 's', events(1200, 9000).map(example.recordOf));
    await example.sendRecords(new KinesisClient({}), 's', events(20, 1_000_000).map(example.recordOf));
    await example.sendRecords(new KinesisClient({}), 's', []);
    expect(Math.max(...sizes.map(({ records }) => records))).toBeLessThanOrEqual(500);
    expect(Math.max(...sizes.map(({ bytes }) => bytes))).toBeLessThanOrEqual(5 * 2 ** 20);
    expect(Math.min(...sizes.map(({ records }) => records))).toBeGreaterThan(0);
  });

  it('pack events as they are taken apart', async () => {
    const deaggregate = await loadDeaggregate();
    const sent = events(1000, 300);
    const packs = [...example.packed(sent)];
    expect(packs.length).toBeLessThan(10);
    const received = packs.flatMap(({ Data }) => deaggregate(Buffer.from(Data))!);
    expect(received.map((data) => JSON.parse(Buffer.from(data).toString()))).toEqual(sent);
  });
});

describe('the page', () => {
  it('explains every reason in the code, and no other', () => {
    const union = (file: string, type: string) =>
      [...new RegExp(`type ${type} =([^;]*);`).exec(readFileSync(file, 'utf8'))![1]!.matchAll(/'(\w+)'/g)].map(
        ([, code]) => code!,
      );
    const contract = { ...readings, accept: { lateDays: 30, aheadDays: 1 } };
    const sql = [...contractArtifacts(contract, PRELUDE)].filter(([path]) => path.endsWith('.sql'));
    const codes = [
      ...sql
        .map(([, text]) => text)
        .join()
        .matchAll(/'\w+:(\w+)'/g),
    ].map(([, code]) => code!);
    const inCode = [
      ...codes,
      ...union('core/bronze/bronze-row.ts', 'RejectReason'),
      ...union('core/ingest/landing-key.ts', 'RefusalReason'),
    ];
    const [, reasons, refusals] = /### Reasons\n([\s\S]*?)### What was refused([\s\S]*)/.exec(page)!;
    const tables = [reasons!, /\| reason \|([\s\S]*?)\n\n/.exec(refusals!)![1]!].join('\n');
    const explained = [...tables.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, code]) => code!),
    );
    expect(explained.sort()).toEqual([...new Set(inCode)].sort());
  });

  it('shows keys that are taken', () => {
    const entities = ['transactions'];
    const shown = [...page.matchAll(/`(\w+\/[^`…<]*\.(?:csv|jsonl)(?:\.gz)?)`/g)].map(([, key]) => key!);
    expect(shown.length).toBeGreaterThan(0);
    for (const key of shown) expect(landingKey(key, entities), key).toMatchObject({ kind: 'file' });
  });

  it('links to files that are there', () => {
    for (const [, target] of page.matchAll(/\]\((?!http|#)([^)]+)\)/g)) {
      expect(existsSync(join('docs', target!)), target).toBe(true);
    }
  });
});

describe('its queries', () => {
  const warehouse = join(temporaryFolder(), 'warehouse');
  const queries = codeBlocks(PAGE, 'sql').map(({ code }) => code);
  beforeAll(async () => {
    const event = JSON.parse(/^ {4}(\{"specversion"[\s\S]*?\n)\n/m.exec(page)![1]!) as { id: string; data: object };
    const bad = { ...event, id: 'e2', data: { ...event.data, quantity: 0 } };
    const file = join(warehouse, '..', 'a.jsonl');
    writeFileSync(file, [JSON.stringify(event), JSON.stringify(bad), '{"type":"returns"}', '{cut'].join('\n'));
    await sluice(warehouse, 'ingest', file);
    await sluice(warehouse, 'run');
  });

  it('are in the grammar of Athena', () => {
    expect(queries).toHaveLength(3);
    for (const query of queries) expect(new TrinoSQL().validate(query)).toEqual([]);
  });

  it('tell what was refused and why', async () => {
    const [quarantine, unparsable, balance] = await Promise.all(
      queries.map(async (query) => JSON.parse((await sluice(warehouse, 'query', '--format', 'json', query)).out)),
    );
    expect(quarantine).toMatchObject([{ dt: '2026-01-05', reasons: 'quantity:out_of_range', records: 1 }]);
    expect(unparsable).toHaveLength(2);
    expect(unparsable).toEqual(
      expect.arrayContaining([expect.objectContaining({ type: 'returns', reasons: 'unknown_type' })]),
    );
    expect(balance).toMatchObject([{ dt: '2026-01-05', received: 2, accepted: 1, quarantined: 1, duplicates: 0 }]);
  });
});
