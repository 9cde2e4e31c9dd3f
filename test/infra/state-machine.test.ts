import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { runDefinition } from '../../infra/state-machine/definition.ts';
import { execute, redrive, STARTED_AT, type Surroundings } from './asl-interpreter.ts';
import type { Json } from './asl-paths.ts';

const FUNCTIONS = {
  discover: 'discover',
  plan: 'plan',
  build: 'build',
  query: 'query',
  publish: 'publish',
  finish: 'finish',
};
const machine = runDefinition(FUNCTIONS, 'aws');

interface Item {
  readonly batch: string;
  readonly engine?: string;
}

/** A small deployment: handlers that keep to their contracts and do as little as possible, and a record of their calls. */
class Deployment {
  readonly calls: [string, Json][] = [];
  readonly entered: string[] = [];
  readonly retries: string[] = [];
  private waves: Item[][];
  large = false;
  concurrency = 2;
  build: (payload: Json, call: number) => unknown = (payload) => ({ ...(payload as object), done: true });
  finish: (payload: { redrives: number }) => unknown = () => ({ published: 1 });

  constructor(...waves: Item[][]) {
    this.waves = waves;
  }

  plans(...waves: Item[][]): void {
    this.waves = waves;
  }

  get surroundings(): Surroundings {
    const builds = new Map<string, number>();
    const build = (payload: Json) => {
      const { batch } = payload as { batch: string };
      builds.set(batch, (builds.get(batch) ?? 0) + 1);
      return this.build(payload, builds.get(batch)!);
    };
    const recorded = (name: string, answer: (payload: never) => unknown) => (payload: Json) => {
      this.calls.push([name, payload]);
      return answer(payload as never);
    };
    return {
      functions: {
        discover: recorded('discover', ({ execution }: { execution: string }) => {
          return { run: execution, wave: 0, concurrency: this.concurrency };
        }),
        plan: recorded('plan', ({ run, wave, concurrency }: { run: string; wave: number; concurrency: number }) => {
          const items = this.items(run, wave);
          const base = { run, wave: wave + 1, concurrency, batches: items.length, bucket: 'warehouse' };
          const itemsKey = `runs/${run}/${wave + 1}/items.json`;
          if (items.length === 0) return { ...base, done: true, inline: true, items, itemsKey };
          return { ...base, done: false, inline: !this.large, ...(this.large ? {} : { items }), itemsKey };
        }),
        build: recorded('build', build),
        query: recorded('query', build),
        publish: recorded('publish', ({ results: _, ...next }: { results: Json }) => next),
        finish: recorded('finish', (payload: { redrives: number }) => this.finish(payload)),
      },
      readObject: (bucket, key) => {
        const [, run, wave] = key.split('/');
        this.calls.push(['read', `${bucket}/${key}`]);
        return this.items(run!, Number(wave) - 1);
      },
      onEnter: (state) => this.entered.push(state),
      onRetry: (state, error, seconds) => this.retries.push(`${state} ${error} ${seconds}`),
    };
  }

  payloads(name: string): Json[] {
    return this.calls.filter(([called]) => called === name).map(([, payload]) => payload);
  }

  private items(run: string, wave: number) {
    return (this.waves[wave] ?? []).map(({ batch, engine = 'duckdb' }) => ({ run, wave: wave + 1, batch, engine }));
  }
}

function fail(name: string): never {
  throw Object.assign(new Error(`${name} as the test wants it`), { name });
}

const names = (deployment: Deployment) => deployment.calls.map(([name]) => name).join(' ');

describe('The definition', () => {
  it.each(['aws', 'aws-us-gov'])('is valid Amazon States Language in the partition %s', (partition) => {
    const arns = Object.fromEntries(
      Object.keys(FUNCTIONS).map((name) => [name, `arn:${partition}:lambda:eu-west-1:123456789012:function:${name}:7`]),
    ) as unknown as typeof FUNCTIONS;
    const copy = JSON.parse(JSON.stringify(runDefinition(arns, partition)));
    const { isValid, errorsText } = validate(copy);
    expect(errorsText('\n')).toBe('');
    expect(isValid).toBe(true);
  });

  it('gives up on every call after a bounded time and number of attempts', () => {
    const tasks = allStates(machine).filter((state) => state.Type === 'Task');
    expect(tasks).toHaveLength(8);
    for (const task of tasks) {
      expect(task.TimeoutSeconds).toBeGreaterThan(900);
      for (const retry of task.Retry as { MaxAttempts: number; JitterStrategy: string }[])
        expect(retry).toMatchObject({ MaxAttempts: expect.any(Number), JitterStrategy: 'FULL' });
    }
  });

  it('takes small data through a day with few steps', async () => {
    const deployment = new Deployment([{ batch: '1' }], [{ batch: '2' }], [{ batch: '3' }], [{ batch: '4' }]);
    await execute(machine, {}, deployment.surroundings);
    // Each of them is a call. test/docs/run-time.test.ts counts the waves of the real models, and what they take.
    expect(deployment.calls).toHaveLength(1 + 4 * 3 + 1 + 1);
  });
});

describe('A run', () => {
  it('of an empty plan only plans and reports', async () => {
    const deployment = new Deployment();
    const execution = await execute(machine, {}, deployment.surroundings, 'nothing-new');
    expect(names(deployment)).toBe('discover plan finish');
    expect(deployment.payloads('discover')).toEqual([
      { execution: 'nothing-new', startedAt: STARTED_AT, redrives: 0, input: {} },
    ]);
    expect(deployment.payloads('finish')).toEqual([{ run: 'nothing-new', wave: 1, redrives: 0 }]);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: { published: 1 } });
  });

  it('of two waves publishes the first before it plans the second', async () => {
    const deployment = new Deployment([{ batch: 'a' }, { batch: 'b', engine: 'athena' }], [{ batch: 'c' }]);
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution.status).toBe('SUCCEEDED');
    expect(names(deployment)).toBe('discover plan build query publish plan build publish plan finish');
    expect(deployment.payloads('query')).toEqual([{ run: 'execution-1', wave: 1, batch: 'b' }]);
    expect(deployment.payloads('publish')[0]).toEqual({
      ...{ run: 'execution-1', wave: 1, concurrency: 2 },
      results: ['a', 'b'].map((batch) => ({ run: 'execution-1', wave: 1, batch, done: true })),
    });
  });

  it('passes on what a backfill was asked for', async () => {
    const deployment = new Deployment();
    const input = {
      from: '2026-01-01',
      to: '2026-01-31',
      tables: ['silver.transactions'],
      force: true,
      concurrency: 7,
    };
    await execute(machine, input, deployment.surroundings, 'january');
    expect(deployment.payloads('discover')).toEqual([
      { execution: 'january', startedAt: STARTED_AT, redrives: 0, input },
    ]);
  });

  it('builds no more batches at once than it may', async () => {
    const deployment = new Deployment(Array.from({ length: 12 }, (_, i) => ({ batch: `${i}` })));
    deployment.concurrency = 3;
    let running = 0;
    let most = 0;
    deployment.build = async (payload) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return { ...(payload as object), done: true };
    };
    await execute(machine, {}, deployment.surroundings);
    expect(most).toBe(3);
  });

  it('asks again when Lambda itself fails, a little later each time', async () => {
    const deployment = new Deployment([{ batch: 'a' }]);
    deployment.build = (payload, call) =>
      call <= 2 ? fail('Lambda.ServiceException') : { ...(payload as object), done: true };
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution.status).toBe('SUCCEEDED');
    expect(deployment.retries).toEqual([
      'BuildInLambda Lambda.ServiceException 2',
      'BuildInLambda Lambda.ServiceException 4',
    ]);
    expect(deployment.payloads('publish')).toMatchObject([{ results: [{ batch: 'a', done: true }] }]);
  });

  it.each(['Lambda.Unknown', 'Sandbox.Timedout', 'States.Timeout', 'TypeError'])(
    'tries a batch that ends in %s once more, then takes it as data and goes on',
    async (error) => {
      const deployment = new Deployment([{ batch: 'bad' }, { batch: 'good' }], [{ batch: 'next' }]);
      deployment.build = (payload) => {
        return (payload as { batch: string }).batch === 'bad' ? fail(error) : { ...(payload as object), done: true };
      };
      const execution = await execute(machine, {}, deployment.surroundings);
      expect(execution.status).toBe('SUCCEEDED');
      expect(deployment.retries).toHaveLength(1);
      expect(deployment.payloads('publish')[0]).toMatchObject({
        results: [
          { run: 'execution-1', wave: 1, batch: 'bad', error },
          { batch: 'good', done: true },
        ],
      });
      expect(deployment.payloads('build')).toContainEqual({ run: 'execution-1', wave: 2, batch: 'next' });
    },
  );

  it('waits on for a query that outlasts a Lambda, but not for ever', async () => {
    const deployment = new Deployment([
      { batch: 'long', engine: 'athena' },
      { batch: 'endless', engine: 'athena' },
    ]);
    deployment.build = (payload, call) => {
      return { ...(payload as object), done: (payload as { batch: string }).batch === 'long' && call === 5 };
    };
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution.status).toBe('SUCCEEDED');
    const calls = deployment.payloads('query').map((payload) => (payload as { batch: string }).batch);
    expect(calls.filter((batch) => batch === 'long')).toHaveLength(5);
    expect(calls.filter((batch) => batch === 'endless')).toHaveLength(24);
    expect(deployment.payloads('publish')).toMatchObject([
      {
        results: [
          { batch: 'long', done: true },
          { batch: 'endless', error: 'TooLong' },
        ],
      },
    ]);
  });

  it('takes a batch for an engine that is not there as a failed one', async () => {
    const deployment = new Deployment([{ batch: 'a', engine: 'abacus' }]);
    await execute(machine, {}, deployment.surroundings);
    expect(deployment.payloads('publish')).toMatchObject([{ results: [{ batch: 'a', error: 'UnknownEngine' }] }]);
  });

  it('gives a large wave to the distributed map, whose results stay out of the state', async () => {
    const deployment = new Deployment(Array.from({ length: 3000 }, (_, i) => ({ batch: `batch-${i}` })));
    deployment.large = true;
    deployment.concurrency = 50;
    deployment.build = (payload) => {
      return (payload as { batch: string }).batch === 'batch-7' ? fail('Lambda.Unknown') : { done: true };
    };
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution.status).toBe('SUCCEEDED');
    expect(deployment.entered).toContain('BuildInLambdaOfLargeWave');
    expect(deployment.entered).not.toContain('BuildInLambda');
    expect(deployment.payloads('read')).toEqual(['warehouse/runs/execution-1/1/items.json']);
    expect(deployment.payloads('publish')).toEqual([{ run: 'execution-1', wave: 1, concurrency: 50, results: null }]);
  });

  it('keeps also the results of the largest wave, which nobody reads, within the state', async () => {
    const deployment = new Deployment(Array.from({ length: 10_000 }, (_, i) => ({ batch: `${i}` })));
    deployment.large = true;
    deployment.build = (payload, call) =>
      Number((payload as { batch: string }).batch) % 2 > 0 ? fail('EngineError') : { done: call === 1 };
    expect(await execute(machine, {}, deployment.surroundings)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('asks again when the list of a large wave cannot be read, but not for ever', async () => {
    const deployment = new Deployment([{ batch: 'a' }]);
    deployment.large = true;
    const { surroundings } = deployment;
    let failures = 2;
    const readObject = (bucket: string, key: string) =>
      failures-- > 0 ? fail('SlowDown') : surroundings.readObject!(bucket, key);
    expect(await execute(machine, {}, { ...surroundings, readObject })).toMatchObject({ status: 'SUCCEEDED' });
    expect(deployment.retries).toEqual([
      'BuildLargeWave States.ItemReaderFailed 10',
      'BuildLargeWave States.ItemReaderFailed 20',
    ]);
    failures = Number.POSITIVE_INFINITY;
    expect(await execute(machine, {}, { ...surroundings, readObject })).toMatchObject({
      ...{ status: 'FAILED', error: { Error: 'States.ItemReaderFailed' }, failedIn: 'BuildLargeWave' },
    });
  });

  it('keeps a wave of failures within the state', async () => {
    const deployment = new Deployment(Array.from({ length: 40 }, (_, i) => ({ batch: `${i}` })));
    deployment.build = () => {
      throw Object.assign(new Error('x'.repeat(32_000)), { name: 'EngineError' });
    };
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution.status).toBe('SUCCEEDED');
  });

  it('ends when plans do not, by an error that says so', async () => {
    const deployment = new Deployment(...Array.from({ length: 1000 }, () => [{ batch: 'again' }]));
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution).toMatchObject({ status: 'FAILED', error: { Error: 'TooManyWaves' } });
    expect(deployment.payloads('publish')).toHaveLength(300);
  });

  it('repeats a publish that crashed, and fails when it goes on crashing', async () => {
    const deployment = new Deployment([{ batch: 'a' }]);
    const { surroundings } = deployment;
    const functions = { ...surroundings.functions, publish: () => fail('Lambda.Unknown') };
    const execution = await execute(machine, {}, { ...surroundings, functions });
    expect(execution).toMatchObject({ status: 'FAILED', error: { Error: 'Lambda.Unknown' }, failedIn: 'Publish' });
    expect(deployment.retries).toHaveLength(3);
  });
});

describe('A failing audit', () => {
  const failing = () => {
    const deployment = new Deployment([{ batch: 'a' }]);
    deployment.finish = () => fail('AuditFailed');
    return deployment;
  };

  it('fails the execution in the end, once and after all else is published', async () => {
    const deployment = failing();
    const execution = await execute(machine, {}, deployment.surroundings);
    expect(execution).toMatchObject({ status: 'FAILED', error: { Error: 'AuditFailed' }, failedIn: 'Finish' });
    expect(names(deployment)).toBe('discover plan build publish plan finish');
    expect(deployment.retries).toEqual([]);
  });

  it('is left behind by a redrive once the data or the code is right', async () => {
    const deployment = failing();
    const input = { from: '2026-01-05', to: '2026-01-05' };
    const failed = await execute(machine, input, deployment.surroundings, 'day-5');
    deployment.calls.length = 0;
    deployment.plans([{ batch: 'repaired' }]);
    let told = false;
    deployment.finish = ({ redrives }) => {
      const again = redrives > 0 && !told;
      told = true;
      return again ? { again: true } : { published: 1 };
    };
    const execution = await redrive(machine, failed, deployment.surroundings);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', redrives: 1 });
    expect(names(deployment)).toBe('finish discover plan build publish plan finish');
    expect(deployment.payloads('discover')).toEqual([
      { execution: 'day-5', startedAt: STARTED_AT, redrives: 1, input },
    ]);
  });

  it('fails a redrive that changed nothing', async () => {
    const deployment = failing();
    const failed = await execute(machine, {}, deployment.surroundings);
    expect(await redrive(machine, failed, deployment.surroundings)).toMatchObject({
      ...{ status: 'FAILED', redrives: 1, failedIn: 'Finish' },
    });
  });
});

describe('The interpreter of these tests', () => {
  const surroundings: Surroundings = { functions: {} };

  it.each([
    [{ Type: 'Wait', Seconds: 1, End: true }, /Wait/],
    [{ Type: 'Pass', InputPath: '$.a', End: true }, /InputPath/],
    [{ Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true }, /sqs/],
    [{ Type: 'Pass', Parameters: { 'a.$': 'States.UUID()' }, End: true }, /States.UUID/],
    [{ Type: 'Pass', Parameters: { 'a.$': '$.a[0]' }, End: true }, /\$\.a\[0\]/],
  ])('refuses what it does not know: %j', async (state, message) => {
    await expect(execute({ StartAt: 'A', States: { A: state } }, {}, surroundings)).rejects.toThrow(message);
  });

  it('fails an execution whose state grows too large, as Step Functions does', async () => {
    const States = { A: { Type: 'Pass', Parameters: { 'a.$': '$.a', 'b.$': '$.a' }, End: true } };
    const execution = await execute({ StartAt: 'A', States }, { a: 'x'.repeat(200_000) }, surroundings);
    expect(execution).toMatchObject({ status: 'FAILED', error: { Error: 'States.DataLimitExceeded' } });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: states as JSON.
function allStates(of: { States: Record<string, any> }): any[] {
  return Object.values(of.States).flatMap((state) => [
    state,
    ...(state.ItemProcessor ? allStates(state.ItemProcessor) : []),
  ]);
}
