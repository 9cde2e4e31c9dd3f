import { batchRetries } from './retries.ts';
import { invoke } from './task.ts';

/** Who builds a batch, by engine. */
export interface BuildFunctions {
  readonly build: string;
  readonly query: string;
}

/** A query may go on longer than a Lambda: its builder is then called again, to wait on. 24 times 15 minutes at most. */
const MOST_ROUNDS = 24;

const BATCH = { 'run.$': '$.run', 'wave.$': '$.wave', 'batch.$': '$.batch' };

/**
 * The states of one batch, from `{run, wave, batch, engine, round: 0}` to `{run, wave, batch, done: true}` or, whatever went
 * wrong, `{run, wave, batch, error}`. Only the name of an error is passed on, so that a wave of failures fits into the state;
 * its cause is in the history of the execution and in the log of the function.
 *
 * @param suffix to the names of the states, which must differ within the whole machine
 * @param isKept whether anybody reads how batches ended; else they end with `{}`, as even results that a map drops may be
 *   no larger, all together, than the state
 */
export function batchStates({ build, query }: BuildFunctions, partition: string, suffix: string, isKept: boolean) {
  const named = (name: string) => `${name}${suffix}`;
  const end = (result: object) => ({ Type: 'Pass', Parameters: isKept ? { ...BATCH, ...result } : {}, End: true });
  const buildBy = (functionArn: string) => ({
    ...invoke(partition, functionArn, BATCH),
    ResultSelector: { 'done.$': '$.Payload.done' },
    ResultPath: '$.built',
    Retry: batchRetries,
    Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: named('Failed') }],
    Next: named('IsBuilt'),
  });
  return {
    StartAt: named('WhichEngine'),
    States: {
      [named('WhichEngine')]: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.engine', StringEquals: 'duckdb', Next: named('BuildInLambda') },
          { Variable: '$.engine', StringEquals: 'athena', Next: named('BuildByQuery') },
        ],
        Default: named('UnknownEngine'),
      },
      [named('BuildInLambda')]: buildBy(build),
      [named('BuildByQuery')]: buildBy(query),
      [named('IsBuilt')]: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.built.done', BooleanEquals: true, Next: named('Built') },
          { Variable: '$.round', NumericGreaterThanEquals: MOST_ROUNDS - 1, Next: named('TooLong') },
        ],
        Default: named('WaitOn'),
      },
      [named('WaitOn')]: {
        Type: 'Pass',
        Parameters: { ...BATCH, 'engine.$': '$.engine', 'round.$': 'States.MathAdd($.round, 1)' },
        Next: named('WhichEngine'),
      },
      [named('Built')]: end({ done: true }),
      [named('Failed')]: end({ 'error.$': '$.failure.Error' }),
      [named('TooLong')]: end({ error: 'TooLong' }),
      [named('UnknownEngine')]: end({ error: 'UnknownEngine' }),
    },
  };
}
