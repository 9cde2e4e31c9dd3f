import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { cached } from './cache.ts';
import { MissingToolError } from './missing-tool.ts';

const run = promisify(execFile);

const VERSION = '476';
const SOURCES = join(import.meta.dirname, 'trino');
/** Trino 476 needs it. */
const LEAST_JDK = 24;

/** Where Trino's jars are, and the JDK that runs them. */
export interface TrinoInstallation {
  readonly java: string;
  readonly home: string;
}

/**
 * Finds a JDK, and fetches Trino from Maven Central the first time (140 MB); it stays in the cache for later runs.
 * @throws MissingToolError if there is no JDK that is new enough, no mvn, or no way to Maven Central
 */
export async function installTrino(): Promise<TrinoInstallation> {
  const java = await findJdk();
  const lists = await Promise.all(['server.jars', 'hive-plugin.jars'].map((list) => readFile(join(SOURCES, list))));
  const hash = createHash('sha256').update(Buffer.concat(lists)).digest('hex').slice(0, 8);
  const home = await cached(`trino-${VERSION}-${hash}`, async (folder) => {
    await fetchJars('server.jars', join(folder, 'lib'), java);
    await fetchJars('hive-plugin.jars', join(folder, 'plugin/hive'), java);
    await compileMain(folder, java);
  });
  return { java, home };
}

async function findJdk(): Promise<string> {
  const homes = [
    ...(process.env.SLUICE_JAVA_HOME ? [process.env.SLUICE_JAVA_HOME] : []),
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, '..')),
    ...(await readdir('/usr/lib/jvm').catch(() => [])).map((name) => join('/usr/lib/jvm', name)),
  ];
  for (const home of homes) {
    if (existsSync(join(home, 'bin/javac')) && (await jdkVersion(home)) >= LEAST_JDK) return home;
  }
  throw new MissingToolError(
    `no JDK ${LEAST_JDK} or newer was found, so there is no Trino (Athena emulated); set SLUICE_JAVA_HOME to one`,
  );
}

async function jdkVersion(home: string): Promise<number> {
  // A JDK that does not even say its version is none; the others are tried.
  const { stderr } = await run(join(home, 'bin/java'), ['-version']).catch(() => ({ stderr: '' }));
  return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
}

async function fetchJars(list: string, folder: string, java: string): Promise<void> {
  const lines = (await readFile(join(SOURCES, list), 'utf8')).split('\n');
  const jars = lines.filter((line) => line && !line.startsWith('#')).map((line) => line.split(':'));
  const alone = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
  const dependencies = jars.map(
    ([group, artifact, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${alone}</dependency>`,
  );
  await mkdir(folder, { recursive: true });
  const pom = join(folder, 'pom.xml');
  await writeFile(
    pom,
    `<project><modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>trino</artifactId><version>1</version>
<dependencies>${dependencies.join('\n')}</dependencies></project>`,
  );
  const options = ['-q', '-B', '-Dmaven.artifact.threads=16', '-f', pom];
  try {
    await run('mvn', [...options, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`], {
      env: { ...process.env, JAVA_HOME: java },
      maxBuffer: 1e8,
    });
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'mvn was not found' : 'Maven Central was not reached';
    throw new MissingToolError(`${why}, so there is no Trino (Athena emulated)`, { cause });
  }
  await rm(pom);
}

/** The server's main class, and the plugin's service file: neither is in the jars. */
async function compileMain(home: string, java: string): Promise<void> {
  const classpath = join(home, 'lib/*');
  await run(join(java, 'bin/javac'), ['-proc:none', '-cp', classpath, '-d', home, join(SOURCES, 'Main.java')]);
  const services = join(home, 'services/META-INF/services');
  await mkdir(services, { recursive: true });
  await writeFile(join(services, 'io.trino.spi.Plugin'), 'io.trino.plugin.hive.HivePlugin\n');
  const jar = join(home, 'plugin/hive/services.jar');
  await run(join(java, 'bin/jar'), ['--create', '--file', jar, '-C', join(home, 'services'), 'META-INF']);
}
