import type { ObjectStore } from '../ports/object-store.ts';
import type { EngineChoice } from '../reconcile/batches.ts';
import { NO_PROGRESS, type Outcome, type Progress, type Run, type RunReport, type Wave } from '../reconcile/run.ts';

/** A run as it begins; its release is that of the code that plans it. */
export type Begun = Omit<Run, 'release'>;

/** Names a batch of a wave of a run. */
export interface Item {
  readonly run: string;
  readonly wave: number;
  /** Its index in the wave. */
  readonly batch: number;
  readonly engine: EngineChoice;
}

/**
 * What a run hands on from step to step, each step in a process of its own: `runs/<run>/…` in the warehouse's store, plain
 * JSON. 64-bit integers, which only samples of bad rows hold, come back as text.
 */
export class RunFiles {
  readonly #store: ObjectStore;
  readonly run: string;

  constructor(store: ObjectStore, run: string) {
    this.#store = store;
    this.run = run;
  }

  begin(begun: Begun): Promise<void> {
    return this.#put('begun', begun);
  }

  begun(): Promise<Begun> {
    return this.#get('begun');
  }

  /** Keeps the first plan of a wave, should it be planned twice. Returns the one that is kept. */
  async addWave(wave: Wave): Promise<Wave> {
    await this.#store.create(this.#key(`${folder(wave.number)}/wave`), encode(wave));
    return this.wave(wave.number);
  }

  wave(number: number): Promise<Wave> {
    return this.#get(`${folder(number)}/wave`);
  }

  /** Writes the list of a wave's batches for a map over them. Returns its key. */
  async addItems(wave: number, items: readonly Item[]): Promise<string> {
    await this.#put(`${folder(wave)}/items`, items);
    return this.#key(`${folder(wave)}/items`);
  }

  addOutcome(wave: number, batch: number, outcome: Outcome): Promise<void> {
    return this.#put(`${folder(wave)}/${batch}`, outcome);
  }

  /** Undefined if the batch has none (yet). */
  outcome(wave: number, batch: number): Promise<Outcome | undefined> {
    return this.#find(`${folder(wave)}/${batch}`);
  }

  /** Notes that a batch has been tried so often without an outcome. */
  addTry(wave: number, batch: number, tries: number): Promise<void> {
    return this.#put(`${folder(wave)}/${batch}.tries`, { tries });
  }

  async tries(wave: number, batch: number): Promise<number> {
    return (await this.#find<{ tries: number }>(`${folder(wave)}/${batch}.tries`))?.tries ?? 0;
  }

  addProgress(progress: Progress): Promise<void> {
    return this.#put(`${folder(progress.waves)}/progress`, progress);
  }

  /** After so many waves. */
  progress(waves: number): Promise<Progress> {
    return waves === 0 ? Promise.resolve(NO_PROGRESS) : this.#get(`${folder(waves)}/progress`);
  }

  addReport(report: RunReport): Promise<void> {
    return this.#put('report', report);
  }

  report(): Promise<RunReport> {
    return this.#get('report');
  }

  /** Undefined if the run has none (yet). */
  findReport(): Promise<RunReport | undefined> {
    return this.#find('report');
  }

  /** How far the run has come: its wave (0: none is planned), how many batches that has, and how many of them are built. */
  async stage(): Promise<{ readonly wave: number; readonly batches: number; readonly built: number }> {
    const keys = (await this.#store.list(`runs/${this.run}/`)).map(({ key }) => key);
    const wave = Number(
      keys
        .findLast((key) => key.endsWith('/wave.json'))
        ?.split('/')
        .at(-2) ?? 0,
    );
    if (wave === 0) return { wave, batches: 0, built: 0 };
    const { batches } = await this.wave(wave);
    const built = keys.filter((key) => new RegExp(`/${folder(wave)}/\\d+\\.json$`).test(key)).length;
    return { wave, batches: batches.length, built };
  }

  /** Notes that the run has failed, and how often its execution had been redriven by then. */
  addFailure(redrives: number): Promise<void> {
    return this.#put('failed', { redrives });
  }

  /** Undefined if the run has not failed (yet). */
  async failedAt(): Promise<number | undefined> {
    return (await this.#find<{ redrives: number }>('failed'))?.redrives;
  }

  #key(name: string): string {
    return `runs/${this.run}/${name}.json`;
  }

  #put(name: string, value: unknown): Promise<void> {
    return this.#store.put(this.#key(name), encode(value));
  }

  async #get<T>(name: string): Promise<T> {
    const found = await this.#find<T>(name);
    if (found === undefined) {
      throw new Error(`${this.#key(name)} is not there: run ${this.run} has not come so far, or its files are deleted`);
    }
    return found;
  }

  async #find<T>(name: string): Promise<T | undefined> {
    const bytes = await this.#store.get(this.#key(name));
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
  }
}

/** Four digits, so that the order of keys is the order of waves. */
function folder(wave: number): string {
  return String(wave).padStart(4, '0');
}

function encode(value: unknown): Uint8Array {
  const text = JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part));
  return new TextEncoder().encode(text);
}
