import { spawn } from 'node:child_process';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { rows, sluice, temporaryFolder } from '../cli/sluice.ts';

const folder = temporaryFolder();
const warehouse = join(folder, 'warehouse');

function purchase(id: string, day: string): string {
  const data = {
    transaction_id: id,
    user_id: 'u1',
    product_id: 'p',
    quantity: 1,
    price: '2.50',
    timestamp: `${day}T10:00:00Z`,
  };
  const envelope = { specversion: '1.0', id, source: 's', type: 'transactions' };
  return JSON.stringify({ ...envelope, data });
}

function file(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return join(folder, name);
}

const SCRIPT = join(import.meta.dirname, '../../bin/sluice.js');

/** Runs the command in a shell, after `limit` there; as nobody if we are root, whom no permission stops. */
function limited(limit: string, asNobody: boolean, ...args: readonly string[]): Promise<{ code: number; err: string }> {
  const words = [process.execPath, SCRIPT, ...args].map((word) => `'${word}'`).join(' ');
  const nobody = asNobody && process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = spawn('bash', ['-c', `${limit}; exec ${words} --warehouse '${warehouse}'`], { ...nobody });
  let err = '';
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, err })));
}

const COUNT = 'select count(*) as n, sum(price) as spend from silver.transactions';

beforeAll(async () => {
  await sluice(warehouse, 'ingest', '--arrival', '2026-01-05', file('first.jsonl', [purchase('t1', '2026-01-05')]));
  await sluice(warehouse, 'run');
});

describe.each([
  ['full', 'ulimit -f 0', false, 'raise the limit'],
  ['read-only', 'true', true, 'change its permissions'],
] as const)('a warehouse whose storage is %s', (name, limit, asNobody, advice) => {
  const writable = (mode: number): void => {
    if (!asNobody) return;
    for (const each of ['.', ...readdirSync(warehouse, { recursive: true }).map(String)]) {
      if (statSync(join(warehouse, each)).isDirectory()) chmodSync(join(warehouse, each), mode);
    }
  };

  test('says so, changes nothing, and goes on when it can be written again', async () => {
    const before = await rows(warehouse, COUNT);
    const more = file(`${name}.jsonl`, [purchase(`of ${name}`, '2026-01-06')]);
    chmodSync(folder, 0o755);
    writable(0o555);
    const refused = await limited(limit, asNobody, 'ingest', '--arrival', '2026-01-06', more);
    expect(refused.err).toContain(`cannot write to ${warehouse}`);
    expect(refused.err).toContain(advice);
    expect(refused.err).not.toMatch(/\n\s+at /);
    expect(refused.code).toBe(1);
    writable(0o755);

    const { code, err } = await sluice(warehouse, 'ingest', '--arrival', '2026-01-06', more);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    writable(0o555);
    const run = await limited(limit, asNobody, 'run');
    expect(run.err).toContain(`cannot write to ${warehouse}`);
    expect(run.code).toBe(1);
    writable(0o755);
    expect(await rows(warehouse, COUNT)).toEqual(before);

    expect((await sluice(warehouse, 'run')).code).toBe(0);
    expect(await rows(warehouse, COUNT)).toEqual([{ n: Number(before[0]!.n) + 1, spend: expect.anything() }]);
  });
});
