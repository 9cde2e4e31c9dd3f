import { appendFileSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import type { Day } from '../../core/dates.ts';
import type { FileToLoad } from '../../core/ports/bulk-loader.ts';
import { KEY_OBJECT } from '../../core/pseudonyms/pseudonym-key.ts';
import type { Random } from '../../generator/random.ts';
import type { Delivery } from '../pipeline/deliveries.ts';
import { Pipeline, type Rows, writeFiles } from '../pipeline/pipeline.ts';
import { truthOf } from '../pipeline/truth.ts';
import { Watcher } from '../pipeline/watcher.ts';
import { count, type Figures } from './figures.ts';
import { type Ended, type Fate, Sluice } from './processes.ts';
import type { Release, Releases } from './releases.ts';
import { type Action, type Group, roundOf } from './script.ts';
import { type Arrivals, arrivalsOf } from './stream.ts';
import { verify, verifyLog } from './verify.ts';

const ROUNDS = 4;
const RECORDS = 3000;
const LIVES: Fate = { kind: 'lives' };
const RUN: Action = { kind: 'run', release: 'newest', fate: LIVES };

/** One warehouse: a stream arrives in a few rounds, and after each of them everything must be exact. */
export class Episode {
  readonly #folder: string;
  readonly #warehouse: string;
  readonly #random: Random;
  readonly #releases: Releases;
  readonly #figures: Figures;
  readonly #today: Day;
  readonly #files: FileToLoad[] = [];
  readonly #written: (readonly StreamRecord[])[] = [];
  readonly #sent: Delivery[] = [];
  readonly #started = Date.now();
  #before: Release | undefined;

  constructor(folder: string, random: Random, releases: Releases, figures: Figures) {
    this.#folder = folder;
    this.#warehouse = join(folder, 'warehouse');
    this.#random = random;
    this.#releases = releases;
    this.#figures = figures;
    this.#today = new Date().toISOString().slice(0, 10);
    mkdirSync(folder, { recursive: true });
  }

  /** Plays until its stream is at an end, or the time is over; at least one round. False if anything was wrong. */
  async play(until: number): Promise<boolean> {
    const arrivals = arrivalsOf(this.#random, RECORDS, ROUNDS, this.#today);
    for (const [number, each] of arrivals.entries()) {
      if (number > 0 && Date.now() >= until) break;
      const problems = await this.#round(number, each).catch((error: Error) => {
        this.#figures.unexpected += 1;
        return [error.stack ?? error.message];
      });
      for (const problem of problems) this.#log({ problem });
      this.#figures.rounds += 1;
      if (problems.length > 0) return false;
    }
    return true;
  }

  async #round(number: number, { files, batches, sent }: Arrivals): Promise<string[]> {
    const folder = join(this.#folder, 'files');
    const loads: FileToLoad[][] = [];
    for (const [n, part] of files.entries()) loads.push(await writeFiles(folder, `round${number}-${n}`, part));
    this.#sent.push(...sent);
    this.#files.push(...loads.flat());
    this.#figures.events += sent.length;
    const days = [...new Set(sent.flatMap(({ day, sound }) => (sound && day ? [day] : [])))].sort();
    const failing = days[Math.floor(days.length / 2)] ?? this.#today;
    const strict = await this.#releases.make(`code${this.#random.uint32()}`, failing);
    const newest = await this.#releases.make(`code${this.#random.uint32()}`);
    const releases = { before: this.#before ?? strict, strict, newest };

    const watcher = new Watcher(this.#warehouse);
    const unexpected: string[] = [];
    await this.#perform(roundOf(this.#random, loads, batches), releases, unexpected);
    await this.#cleanRun(newest, unexpected);
    await watcher.stop();
    this.#figures.polls += watcher.polls;
    this.#figures.versions += watcher.versions;
    this.#figures.torn += watcher.violations.length;
    this.#figures.unexpected += unexpected.length;
    this.#before = newest;

    const pipeline = new Pipeline(this.#warehouse, newest.project, newest.release);
    const scratch = await this.#rebuild(newest);
    const commits = await pipeline.log.commits();
    const problems = [
      ...unexpected,
      ...watcher.violations,
      ...(await verify(pipeline, scratch, truthOf(this.#sent), this.#figures)),
      ...verifyLog(commits, strict, failing, this.#figures),
    ];
    await pipeline.close();
    this.#log({ round: number, commits: commits.length, records: this.#sent.length, problems: problems.length });
    return problems;
  }

  async #perform(groups: readonly Group[], releases: Releases3, unexpected: string[]): Promise<void> {
    let asleep: (() => Promise<void>)[] = [];
    let lastCollected = -2;
    // Frozen while the group after theirs came and went, and a run that saw more.
    const wakeAll = async (wakers: readonly (() => Promise<void>)[]): Promise<void> => {
      if (wakers.length > 0) await this.#perform([[{ after: 0, action: RUN }]], releases, unexpected);
      for (const wake of wakers) await wake();
    };
    for (const [number, group] of groups.entries()) {
      if (group.some(({ action }) => action.kind === 'gc')) lastCollected = number;
      const wakers: (() => Promise<void>)[] = [];
      const all = group.map(async ({ after, action }) => {
        await sleep(after);
        this.#log({ group: number, ...told(action) });
        const running = await this.#start(action, releases);
        if (!running) return;
        const { process, fate } = running;
        const settle = async (): Promise<void> => {
          const ended = await process.ended;
          this.#settle(action, fate, ended, lastCollected >= number - 1, unexpected);
        };
        if (fate.kind !== 'frozen') return settle();
        wakers.push(() => {
          if (process.isFrozen) this.#figures.frozen += 1;
          process.wake();
          return settle();
        });
      });
      await Promise.all(all);
      await wakeAll(asleep);
      asleep = wakers;
    }
    await wakeAll(asleep);
  }

  /** Starts what is a process; does at once what is not. */
  async #start(action: Action, releases: Releases3): Promise<{ process: Sluice; fate: Fate } | undefined> {
    const { newest } = releases;
    const command = (release: Release, args: readonly string[], fate: Fate, limit?: string) => {
      this.#figures.commands += 1;
      return { process: new Sluice(release.script, args, this.#warehouse, fate, limit), fate };
    };
    switch (action.kind) {
      case 'ingest':
        return command(newest, ['ingest', ...action.files.map(({ path }) => path)], action.fate);
      case 'run':
        return command(releases[action.release], ['run'], action.fate);
      case 'gc':
        count(this.#figures, 'collections');
        return command(newest, ['gc', '--retention', '0h'], action.fate);
      case 'refused': {
        count(this.#figures, 'refused storage');
        const args = action.files ? ['ingest', ...action.files.map(({ path }) => path)] : ['run'];
        return command(newest, args, LIVES, `ulimit -f ${action.kilobytes}`);
      }
      case 'rollback': {
        const pipeline = new Pipeline(this.#warehouse, newest.project);
        const days = [...((await pipeline.log.read()).partitions.get('gold.user_day')?.keys() ?? [])];
        if (days.length === 0) return undefined;
        count(this.#figures, 'rollbacks');
        const dt = days[action.pick % days.length]!;
        return command(newest, ['rollback', 'gold.user_day', '--dt', dt], LIVES);
      }
      case 'stream': {
        if (action.again) count(this.#figures, 'redelivered batches');
        await new Pipeline(this.#warehouse, newest.project).stream(action.records);
        this.#written.push(action.records);
        return undefined;
      }
    }
  }

  #settle(action: Action, fate: Fate, { code, err }: Ended, wasCollected: boolean, unexpected: string[]): void {
    if (code === null) this.#figures.killed += 1;
    if (code === 3) count(this.#figures, 'failing audits');
    const fine: (number | null)[] = [0];
    if (fate.kind === 'killed') fine.push(null);
    // A command that a fault has hit may fail; the clean run after the round repairs what it left.
    if (action.kind === 'run')
      fine.push(...(action.release === 'newest' ? [] : [3]), ...(wasCollected || fate.kind === 'frozen' ? [1] : []));
    if (action.kind === 'rollback') fine.push(2);
    if (action.kind === 'refused') fine.push(1);
    // Before anything has arrived there is no warehouse.
    if (err.includes('there is no warehouse')) fine.push(2);
    this.#log({ ended: action.kind, code, err: err.slice(0, 500) });
    if (!fine.includes(code)) unexpected.push(`${action.kind} ended with ${code}: ${err.slice(0, 1000)}`);
    if (action.kind === 'refused' && code === 1 && !err.includes(`cannot write to ${this.#warehouse}`))
      unexpected.push(`refused storage was told as: ${err.slice(0, 1000)}`);
  }

  /** What anyone does after a crash: the same commands again. */
  async #cleanRun(newest: Release, unexpected: string[]): Promise<void> {
    const command = async (...args: readonly string[]): Promise<void> => {
      this.#figures.commands += 1;
      const { code, err } = await new Sluice(newest.script, args, this.#warehouse, LIVES).ended;
      this.#log({ clean: args[0], code, err: err.slice(0, 500) });
      if (code !== 0) unexpected.push(`clean ${args[0]} ended with ${code}: ${err.slice(0, 1000)}`);
    };
    if (this.#files.length > 0) await command('ingest', join(this.#folder, 'files'));
    const { partitions } = await new Pipeline(this.#warehouse, newest.project).log.read();
    for (const versions of partitions.values()) {
      for (const { table, dt, pinned } of versions.values()) {
        if (pinned) await command('rollback', table, '--dt', dt, '--release');
      }
    }
    await command('run');
    if (this.#random.chance(0.5)) await command('gc', '--retention', '0h');
  }

  /** Every table as built from all that has arrived, in one go, in a warehouse of its own. */
  async #rebuild(newest: Release): Promise<Rows> {
    const root = join(this.#folder, 'scratch');
    await rm(root, { recursive: true, force: true });
    const scratch = new Pipeline(root, newest.project, newest.release);
    // Pseudonyms are a function of the key, too.
    const key = await new DirectoryStore(this.#warehouse).get(KEY_OBJECT);
    if (key) await scratch.store.put(KEY_OBJECT, key);
    await scratch.ingest(this.#files);
    for (const records of this.#written) await scratch.stream(records);
    await scratch.run({ today: this.#today });
    const rows = await scratch.rows();
    await scratch.close();
    return rows;
  }

  #log(entry: object): void {
    const line = JSON.stringify({ ms: Date.now() - this.#started, ...entry });
    appendFileSync(join(this.#folder, 'actions.jsonl'), `${line}\n`);
  }
}

interface Releases3 {
  readonly before: Release;
  readonly strict: Release;
  readonly newest: Release;
}

/** An action for the log: files and records by number. */
function told(action: Action): object {
  if (action.kind === 'stream') {
    const { records, ...rest } = action;
    return { ...rest, from: records[0]!.sequenceNumber, to: records.at(-1)!.sequenceNumber };
  }
  return 'files' in action ? { ...action, files: action.files?.map(({ path }) => path) } : action;
}
