import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { machine } from './report.ts';
import type { Hot } from './stream-worker.ts';

const run = promisify(execFile);
const EVENTS = 200_000;
const ROUNDS = 6;
const COLD_STARTS = 9;
/** As the function is deployed. */
const NODE_OPTIONS = '--max-semi-space-size=64';

/**
 * Times the stream's consumer: events for each second of CPU, and what a cold start takes. Returns the exit code.
 *
 * @param root of the checkout
 * @param writeProject writes `project/` into a folder, as scripts/lambda-project.js does
 */
export async function benchStream(root: string, writeProject: (folder: string) => Promise<void>): Promise<number> {
  const { model, node } = machine();
  process.stdout.write(`${model}, node ${node}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-stream-'));
  try {
    await writeProject(folder);
    for (const [form, batch] of [
      ['plain', 5000],
      ['plain', 500],
      ['aggregated', 5000],
    ] as const) {
      const { events, cpuSeconds, parseSeconds, objects, bytes } = await worker<Hot>(
        folder,
        'hot',
        EVENTS,
        batch,
        form,
        ROUNDS,
      );
      const thousands = (seconds: readonly number[]) => Math.round(events / Math.min(...seconds) / 1000);
      const alone = form === 'plain' ? ` (base64 and JSON.parse alone: ${thousands(parseSeconds)}k)` : '';
      process.stdout.write(
        `${form}, batches of ${batch}: ${thousands(cpuSeconds)}k events a CPU second${alone}; ` +
          `${Math.round(bytes / events)} bytes an event in ${objects} objects\n`,
      );
    }
    process.stdout.write(await coldStarts(root, folder));
    return 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function worker<T>(folder: string, what: string, ...more: readonly (string | number)[]): Promise<T> {
  const script = fileURLToPath(new URL('./stream-worker.js', import.meta.url));
  const routing = join(folder, 'project', 'routing.json');
  const { stdout } = await run(process.execPath, [script, what, routing, ...more.map(String)], {
    env: { ...process.env, NODE_OPTIONS },
    maxBuffer: 1 << 30,
  });
  return JSON.parse(stdout) as T;
}

/** The bundle in fresh processes: until it is loaded, and the first batch of 100 events to an S3 that is here. */
async function coldStarts(root: string, folder: string): Promise<string> {
  const bundle = join(folder, 'index.mjs');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['lambdas/bronze/stream.ts'],
    ...{ outfile: bundle, bundle: true, platform: 'node', format: 'esm', target: 'node20', metafile: true },
    ...{ mainFields: ['module', 'main'], minifySyntax: true, minifyWhitespace: true, logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  writeFileSync(join(folder, 'event.json'), JSON.stringify(await worker(folder, 'event', 100)));
  writeFileSync(
    join(folder, 'cold.mjs'),
    `import { readFileSync } from 'node:fs';
    const start = performance.now();
    const { handler } = await import(${JSON.stringify(pathToFileURL(bundle).href)});
    const loaded = performance.now();
    await handler(JSON.parse(readFileSync(${JSON.stringify(join(folder, 'event.json'))}, 'utf8')));
    process.stderr.write(JSON.stringify({ load: loaded - start, first: performance.now() - loaded }));`,
  );
  const s3 = createServer((request, response) => void request.resume().on('end', () => response.end()));
  s3.listen(0, '127.0.0.1');
  await once(s3, 'listening');
  const env = {
    ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${(s3.address() as AddressInfo).port}`, AWS_REGION: 'eu-west-1' },
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', NODE_NO_WARNINGS: '1', NODE_OPTIONS },
    ...{ SLUICE_WAREHOUSE: 'warehouse', SLUICE_NAME: 'bench', POWERTOOLS_METRICS_NAMESPACE: 'Sluice' },
  };
  const times: { load: number; first: number }[] = [];
  for (let start = 0; start < COLD_STARTS; start++) {
    const { stderr } = await run(process.execPath, [join(folder, 'cold.mjs')], { cwd: folder, env });
    times.push(JSON.parse(stderr) as { load: number; first: number });
  }
  s3.closeAllConnections();
  s3.close();
  const median = (of: 'load' | 'first') => times.map((time) => time[of]).sort((a, b) => a - b)[COLD_STARTS >> 1]!;
  const bytes = Object.values(metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  return `cold start, bundle of ${Math.round(bytes / 1000)} kB: loaded after ${median('load').toFixed(0)} ms, first batch ${median('first').toFixed(0)} ms\n`;
}
