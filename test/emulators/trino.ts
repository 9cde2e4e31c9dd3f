import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { s3At } from './clients.ts';
import { freePort } from './free-port.ts';
import { TrinoClient } from './trino-client.ts';
import type { TrinoInstallation } from './trino-install.ts';

export const CATALOG = 'awsdatacatalog';

/** Longer than the slowest start seen (15 s, both cores busy) by far. */
const START_SECONDS = 120;

/**
 * Starts Trino 476 (the engine behind Athena v3 is a Trino of that age) with one catalog over the Glue and S3 of `aws`.
 *
 * @param aws the endpoint of an emulator of Glue and S3
 * @returns when it answers queries that a worker runs
 */
export async function startTrino(
  { java, home }: TrinoInstallation,
  aws: string,
): Promise<{ endpoint: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'sluice-trino-'));
  await mkdir(join(folder, 'catalog'));
  await writeFile(join(folder, 'config.properties'), serverProperties(port, folder, home));
  await writeFile(join(folder, `catalog/${CATALOG}.properties`), catalogProperties(aws));
  const logFile = join(folder, 'trino.log');
  const log = createWriteStream(logFile);
  await once(log, 'open');
  const config = join(folder, 'config.properties');
  const child = spawn(join(java, 'bin/java'), [...JVM, `-Dconfig=${config}`, '-cp', `${home}:${home}/lib/*`, 'Main'], {
    stdio: ['ignore', log, log],
    cwd: folder,
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (child.exitCode === null && child.signalCode === null) {
      // Nothing in it outlives the test: no reason to wait for an orderly shutdown.
      kill();
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await answering(new TrinoClient(endpoint), aws, () => child.exitCode !== null || child.signalCode !== null);
  } catch (cause) {
    const end = (await readFile(logFile, 'utf8')).slice(-2000);
    await stop();
    throw new Error(`Trino did not start. Its log ends with:\n${end}`, { cause });
  }
  return { endpoint, stop };
}

/** Right after its start it answers «No nodes available to run query», some kinds of statements later than others. */
async function answering(client: TrinoClient, aws: string, hasEnded: () => boolean): Promise<void> {
  const name = `ready-${randomBytes(4).toString('hex')}`;
  await s3At(aws).send(new CreateBucketCommand({ Bucket: name }));
  const run = (sql: string) => client.run(sql, { catalog: CATALOG, schema: 'ready' });
  const statements = [
    `create schema if not exists ready with (location = 's3://${name}/')`,
    `create table if not exists written with (format = 'PARQUET', external_location = 's3://${name}/written/') as select 1 as one`,
    'select count(*) from written group by one',
    'drop table written',
    'drop schema ready',
  ];
  let last: unknown;
  for (let tries = 0; tries < START_SECONDS * 5; tries++) {
    if (hasEnded()) throw new Error('Trino ended');
    try {
      while (statements.length > 0) {
        await run(statements[0]!);
        statements.shift();
      }
      return;
    } catch (error) {
      last = error;
    }
    await sleep(200);
  }
  throw new Error(`Trino did not answer within ${START_SECONDS} s`, { cause: last });
}

const JVM = [
  ...['-Xmx1000m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError'],
  ...['-XX:ReservedCodeCacheSize=256M', '-XX:+EnableDynamicAgentLoading', '-Djdk.attach.allowAttachSelf=true'],
  ...['--add-modules=jdk.incubator.vector', '-Dfile.encoding=UTF-8', '-Duser.timezone=UTC'],
];

function serverProperties(port: number, folder: string, home: string): string {
  return `coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port=${port}
discovery.uri=http://127.0.0.1:${port}
node.environment=test
node.id=local
node.internal-address=127.0.0.1
plugin.dir=${home}/plugin
catalog.config-dir=${folder}/catalog
query.max-memory=400MB
query.max-memory-per-node=400MB
memory.heap-headroom-per-node=150MB
query.min-expire-age=10s
query.max-length=262144
task.concurrency=2
web-ui.enabled=false
http-server.max-request-header-size=1MB
`;
}

function catalogProperties(aws: string): string {
  return `connector.name=hive
hive.metastore=glue
hive.metastore.glue.region=us-east-1
hive.metastore.glue.endpoint-url=${aws}
hive.metastore.glue.aws-access-key=test
hive.metastore.glue.aws-secret-key=test
hive.metastore-cache-ttl=0s
hive.table-statistics-enabled=false
hive.collect-column-statistics-on-write=false
fs.native-s3.enabled=true
s3.endpoint=${aws}
s3.region=us-east-1
s3.path-style-access=true
s3.aws-access-key=test
s3.aws-secret-key=test
hive.non-managed-table-writes-enabled=true
hive.parquet.time-zone=UTC
hive.timestamp-precision=MILLISECONDS
hive.recursive-directories=true
hive.compression-codec=ZSTD
`;
}
