import { errorMatches, StateError, type Thrown } from './asl-errors.ts';
import { fill, type Json, read, type Scope, write } from './asl-paths.ts';

/** What the machine calls outside itself. Payloads and answers pass through JSON, as on AWS. */
export interface Surroundings {
  /** By function name as the definition has it (an ARN). An error's `name` is what Retry and Catch see. */
  readonly functions: Readonly<Record<string, (payload: Json) => unknown>>;
  /** For the ItemReader of a distributed map. */
  readonly readObject?: (bucket: string, key: string) => unknown;
  /** Called instead of waiting before a retry. */
  readonly onRetry?: (state: string, error: string, seconds: number) => void;
  readonly onEnter?: (state: string) => void;
}

export type Execution = {
  readonly name: string;
  readonly input: Json;
  readonly redrives: number;
} & (
  | { readonly status: 'SUCCEEDED'; readonly output: Json }
  | { readonly status: 'FAILED'; readonly error: Thrown; readonly failedIn: string; readonly stateInput: Json }
);

// biome-ignore lint/suspicious/noExplicitAny: a definition is free JSON; every field of it is checked before use.
type State = Record<string, any>;
type Machine = { readonly StartAt: string; readonly States: Record<string, State> };

/** Every field of every kind of state that this interpreter follows. Anything else is refused, so that it is never ignored. */
const KNOWN: Record<string, readonly string[]> = {
  Task: ['Resource', 'Parameters', 'TimeoutSeconds', 'ResultSelector', 'ResultPath', 'OutputPath', 'Retry', 'Catch'],
  Pass: ['Parameters'],
  Choice: ['Choices', 'Default'],
  Map: [
    ...['ItemsPath', 'ItemReader', 'ItemSelector', 'MaxConcurrencyPath', 'ItemProcessor', 'ResultPath'],
    ...['ToleratedFailurePercentage', 'Label', 'Retry'],
  ],
  Succeed: [],
  Fail: ['Error', 'Cause'],
};
const MOST_STATE_BYTES = 262_144;
const MOST_STEPS = 25_000;

/** When every execution starts: the clock has no say in these tests. */
export const STARTED_AT = '2026-01-02T00:15:00.000Z';

/** Runs a definition in the Amazon States Language (JSONPath) to its end. Refuses what it does not know, by a thrown Error. */
export async function execute(
  machine: Machine,
  input: unknown,
  surroundings: Surroundings,
  name = 'execution-1',
): Promise<Execution> {
  checkKnown(machine);
  const begun = { name, input: json(input), redrives: 0 };
  return proceed(machine, begun, machine.StartAt, begun.input, surroundings);
}

/** Goes on with a failed execution from the state that failed, with the input that this state had. */
export async function redrive(machine: Machine, failed: Execution, surroundings: Surroundings): Promise<Execution> {
  if (failed.status !== 'FAILED') throw new Error('only a failed execution can be redriven');
  const { name, input, redrives, failedIn, stateInput } = failed;
  if (machine.States[failedIn]!.Type === 'Map') throw new Error('redriving a map is not supported here');
  return proceed(machine, { name, input, redrives: redrives + 1 }, failedIn, stateInput, surroundings);
}

async function proceed(
  machine: Machine,
  begun: Pick<Execution, 'name' | 'input' | 'redrives'>,
  from: string,
  stateInput: Json,
  surroundings: Surroundings,
): Promise<Execution> {
  const Execution = { Name: begun.name, StartTime: STARTED_AT, Input: begun.input, RedriveCount: begun.redrives };
  const position = { state: from, input: stateInput };
  try {
    const output = await walk(machine, position, { Execution }, surroundings);
    return { ...begun, status: 'SUCCEEDED', output };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const { state: failedIn, input } = position;
    return { ...begun, status: 'FAILED', error: error.thrown, failedIn, stateInput: input };
  }
}

/** @param position where the walk is; kept up to date, for a redrive */
async function walk(
  machine: Machine,
  position: { state: string; input: Json },
  context: Scope['context'],
  surroundings: Surroundings,
): Promise<Json> {
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const state = machine.States[position.state];
    if (!state) throw new Error(`there is no state ${position.state}`);
    surroundings.onEnter?.(position.state);
    const { output, next } = await step(position.state, state, { input: position.input, context }, surroundings);
    if (JSON.stringify(output).length > MOST_STATE_BYTES) throw new StateError('States.DataLimitExceeded', 'too large');
    if (next === undefined) return output;
    position.state = next;
    position.input = output;
  }
  throw new StateError('States.Runtime', `more than ${MOST_STEPS} steps`);
}

interface Stepped {
  readonly output: Json;
  readonly next: string | undefined;
}

async function step(name: string, state: State, scope: Scope, surroundings: Surroundings): Promise<Stepped> {
  const next = state.End ? undefined : state.Next;
  switch (state.Type) {
    case 'Pass':
      return { output: state.Parameters ? fill(state.Parameters, scope) : scope.input, next };
    case 'Succeed':
      return { output: scope.input, next: undefined };
    case 'Fail':
      throw new StateError(state.Error, state.Cause);
    case 'Choice':
      return { output: scope.input, next: choose(state, scope) };
    case 'Map':
      return attempts(name, state, scope, surroundings, () => mapItems(state, scope, surroundings));
    default:
      return attempts(name, state, scope, surroundings, () =>
        callFunction(fill(state.Parameters, scope), surroundings),
      );
  }
}

/** Follows Retry and Catch of a state. */
async function attempts(
  name: string,
  state: State,
  scope: Scope,
  surroundings: Surroundings,
  attempt: () => Promise<Json>,
): Promise<Stepped> {
  const retries: State[] = state.Retry ?? [];
  const tried = new Map<State, number>();
  for (;;) {
    try {
      return { output: keep(state, scope, await attempt()), next: state.End ? undefined : state.Next };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const { Error: thrown } = error.thrown;
      const retry = retries.find(({ ErrorEquals }) => errorMatches(ErrorEquals, thrown));
      const count = retry ? (tried.get(retry) ?? 0) : 0;
      if (retry && count < (retry.MaxAttempts ?? 3)) {
        tried.set(retry, count + 1);
        const seconds = (retry.IntervalSeconds ?? 1) * (retry.BackoffRate ?? 2) ** count;
        surroundings.onRetry?.(name, thrown, Math.min(seconds, retry.MaxDelaySeconds ?? Number.POSITIVE_INFINITY));
        continue;
      }
      const caught = (state.Catch ?? []).find(({ ErrorEquals }: State) => errorMatches(ErrorEquals, thrown));
      if (!caught) throw error;
      return { output: write(scope.input, caught.ResultPath ?? '$', { ...error.thrown }), next: caught.Next };
    }
  }
}

async function callFunction(parameters: Json, { functions }: Surroundings): Promise<Json> {
  const { FunctionName, Payload } = parameters as { FunctionName: string; Payload: Json };
  const called = functions[FunctionName];
  if (!called) throw new Error(`the machine called a function that is not there: ${FunctionName}`);
  try {
    return { StatusCode: 200, Payload: json((await called(Payload)) ?? null) };
  } catch (error) {
    const { name, message } = error as Error;
    throw new StateError(name, JSON.stringify({ errorType: name, errorMessage: message }));
  }
}

async function mapItems(state: State, scope: Scope, surroundings: Surroundings): Promise<Json> {
  const items = state.ItemReader
    ? await readItems(state.ItemReader, scope, surroundings)
    : read(state.ItemsPath, scope);
  if (!Array.isArray(items)) throw new StateError('States.Runtime', 'the items of a map are no array');
  const limit = Number(read(state.MaxConcurrencyPath, scope));
  if (!Number.isInteger(limit) || limit < 0) throw new StateError('States.Runtime', `MaxConcurrency is ${limit}`);
  const results: Json[] = new Array(items.length);
  const waiting = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let taken = waiting.shift(); taken; taken = waiting.shift()) {
      const [index, value] = taken;
      const context = { ...scope.context, Map: { Item: { Index: index, Value: value } } };
      const child = fill(state.ItemSelector, { input: scope.input, context });
      results[index] = await runChild(state, child, scope.context, surroundings);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit || items.length, items.length) }, work));
  // Whatever ResultPath makes of them.
  if (JSON.stringify(results).length > MOST_STATE_BYTES)
    throw new StateError('States.DataLimitExceeded', 'the results of a map are too large');
  return results;
}

/** Children of a distributed map are executions of their own, and may fail as far as the map tolerates it. */
async function runChild(
  state: State,
  input: Json,
  context: Scope['context'],
  surroundings: Surroundings,
): Promise<Json> {
  const machine = state.ItemProcessor as Machine;
  try {
    return await walk(machine, { state: machine.StartAt, input }, context, surroundings);
  } catch (error) {
    if (error instanceof StateError && state.ToleratedFailurePercentage === 100) return null;
    throw error;
  }
}

async function readItems(reader: State, scope: Scope, { readObject }: Surroundings): Promise<Json> {
  const { Bucket, Key } = fill(reader.Parameters, scope) as { Bucket: string; Key: string };
  if (!readObject) throw new Error('the machine reads its items from S3: give it readObject');
  try {
    return json(await readObject(Bucket, Key));
  } catch (error) {
    throw new StateError('States.ItemReaderFailed', String(error));
  }
}

function keep(state: State, scope: Scope, result: Json): Json {
  const selected = state.ResultSelector
    ? fill(state.ResultSelector, { input: result, context: scope.context })
    : result;
  const output = state.ResultPath === null ? scope.input : write(scope.input, state.ResultPath ?? '$', selected);
  return state.OutputPath ? read(state.OutputPath, { input: output, context: scope.context }) : output;
}

function choose(state: State, scope: Scope): string {
  const holds = (rule: State): boolean => {
    if (rule.And) return rule.And.every(holds);
    const value = read(rule.Variable, scope, true);
    if ('IsPresent' in rule) return (value !== undefined) === rule.IsPresent;
    if (value === undefined) throw new StateError('States.Runtime', `${rule.Variable} is not there`);
    if ('BooleanEquals' in rule) return value === rule.BooleanEquals;
    if ('StringEquals' in rule) return value === rule.StringEquals;
    if ('NumericGreaterThan' in rule) return typeof value === 'number' && value > rule.NumericGreaterThan;
    if ('NumericGreaterThanEquals' in rule) return typeof value === 'number' && value >= rule.NumericGreaterThanEquals;
    throw new Error(`a choice that this interpreter does not know: ${JSON.stringify(rule)}`);
  };
  const chosen = state.Choices.find(holds)?.Next ?? state.Default;
  if (!chosen) throw new StateError('States.NoChoiceMatched', 'no choice matched');
  return chosen;
}

function checkKnown({ States }: Machine): void {
  for (const [name, state] of Object.entries(States)) {
    const known = KNOWN[state.Type];
    if (!known) throw new Error(`${name}: this interpreter does not know states of type ${state.Type}`);
    const unknown = Object.keys(state).filter((key) => !['Type', 'Next', 'End', ...known].includes(key));
    if (unknown.length > 0) throw new Error(`${name}: this interpreter does not know ${unknown.join(', ')}`);
    if (state.Type === 'Task' && !/^arn:[a-z-]+:states:::lambda:invoke$/.test(state.Resource))
      throw new Error(`${name}: this interpreter does not know ${state.Resource}`);
    if (state.ItemReader && !/:s3:getObject$/.test(state.ItemReader.Resource))
      throw new Error(`${name}: this interpreter does not know ${state.ItemReader.Resource}`);
    if (state.ItemProcessor) checkKnown(state.ItemProcessor);
  }
}

function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
