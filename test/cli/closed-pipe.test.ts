import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { script, sluice, temporaryFolder } from './sluice.ts';

it('a reader that has enough of the output disturbs nothing', async () => {
  const warehouse = temporaryFolder();
  writeFileSync(join(warehouse, 'some.jsonl'), '{}\n');
  await sluice(warehouse, 'ingest', join(warehouse, 'some.jsonl'));
  const rows = 'select x from unnest(sequence(1, 200000)) as t(x)';
  const command = `set -o pipefail; '${process.execPath}' '${script}' query --format csv '${rows}' | head -1`;
  const env = { ...process.env, SLUICE_WAREHOUSE: warehouse };
  expect(await promisify(execFile)('bash', ['-c', command], { env })).toEqual({ stdout: 'x\n', stderr: '' });
});
