import type { QueryExecution } from '@aws-sdk/client-athena';
import { EngineError, type EngineErrorKind } from '../../core/errors.ts';

/**
 * Names of errors with which Athena begins its reason, and what kind they are. Names: StandardErrorCode.java and
 * HiveErrorCode.java of Trino. Every other error that Trino counts as the user's is a wrong statement.
 */
const KIND_OF_NAME: Readonly<Record<string, EngineErrorKind>> = {
  ...kind('data', [
    ...['DIVISION_BY_ZERO', 'INVALID_CAST_ARGUMENT', 'INVALID_FUNCTION_ARGUMENT', 'NUMERIC_VALUE_OUT_OF_RANGE'],
    ...['SUBQUERY_MULTIPLE_ROWS', 'HIVE_BAD_DATA', 'HIVE_CURSOR_ERROR', 'HIVE_INVALID_PARTITION_VALUE'],
    ...['HIVE_MISSING_DATA', 'HIVE_FILE_NOT_FOUND', 'HIVE_PARTITION_SCHEMA_MISMATCH', 'HIVE_WRITER_DATA_ERROR'],
  ]),
  ...kind('exhausted', [
    ...['GENERIC_INSUFFICIENT_RESOURCES', 'EXCEEDED_GLOBAL_MEMORY_LIMIT', 'EXCEEDED_LOCAL_MEMORY_LIMIT'],
    ...['EXCEEDED_MEMORY_LIMIT', 'EXCEEDED_FUNCTION_MEMORY_LIMIT', 'EXCEEDED_TIME_LIMIT', 'EXCEEDED_CPU_LIMIT'],
    ...['EXCEEDED_SPILL_LIMIT', 'EXCEEDED_SCAN_LIMIT', 'CLUSTER_OUT_OF_MEMORY', 'OUT_OF_SPILL_SPACE'],
    ...['OPTIMIZER_TIMEOUT', 'PAGE_TOO_LARGE', 'HIVE_TOO_MANY_OPEN_PARTITIONS', 'HIVE_EXCEEDED_PARTITION_LIMIT'],
    'HIVE_EXCEEDED_SPLIT_BUFFERING_LIMIT',
  ]),
  ...kind('unavailable', [
    ...['GENERIC_INTERNAL_ERROR', 'TOO_MANY_REQUESTS_FAILED', 'PAGE_TRANSPORT_ERROR', 'PAGE_TRANSPORT_TIMEOUT'],
    ...['NO_NODES_AVAILABLE', 'REMOTE_TASK_ERROR', 'REMOTE_TASK_MISMATCH', 'REMOTE_HOST_GONE', 'ABANDONED_TASK'],
    ...['SERVER_SHUTTING_DOWN', 'SERVER_STARTING_UP', 'ABANDONED_QUERY', 'ADMINISTRATIVELY_KILLED'],
    ...['ADMINISTRATIVELY_PREEMPTED', 'QUERY_QUEUE_FULL', 'HIVE_METASTORE_ERROR', 'HIVE_FILESYSTEM_ERROR'],
    ...['HIVE_CANNOT_OPEN_SPLIT', 'HIVE_WRITER_OPEN_ERROR', 'HIVE_WRITER_CLOSE_ERROR', 'HIVE_UNKNOWN_ERROR'],
  ]),
  ...kind('cancelled', ['USER_CANCELED']),
};

/** Athena's error types (docs.aws.amazon.com/athena/latest/ug/error-reference.html) that say more than their category. */
const KIND_OF_TYPE: readonly (readonly [first: number, last: number, EngineErrorKind])[] = [
  [0, 8, 'exhausted'],
  [206, 206, 'exhausted'],
  [210, 210, 'exhausted'],
  [1001, 1002, 'data'],
  [1005, 1005, 'data'],
  [1007, 1007, 'data'],
  [1011, 1011, 'cancelled'],
  [1014, 1014, 'cancelled'],
  [1302, 1302, 'data'],
  [1400, 1499, 'unavailable'],
  [1602, 1602, 'unavailable'],
  [1700, 1799, 'unavailable'],
];

/** AthenaError.ErrorCategory: who is to blame. */
const SYSTEM = 1;
const USER = 2;

const EXHAUSTED = /exhausted resources|bytes scanned limit|timed? ?out|memory limit|out of memory/i;
const THROTTLED = /throttl|slow ?down|rate exceeded|too many requests/i;

/** What a query that ended without success failed of. */
export function queryFailure(statement: string, execution: QueryExecution): EngineError {
  const { QueryExecutionId: id, Status: status } = execution;
  const reason = status?.AthenaError?.ErrorMessage ?? status?.StateChangeReason ?? 'for no reason that Athena gives';
  const text = status?.StateChangeReason ?? reason;
  return new EngineError(`Athena could not run query ${id}: ${text}`, {
    statement,
    kind: kindOf(status?.State, text, status?.AthenaError),
    cause: new Error(text),
  });
}

function kindOf(
  state: string | undefined,
  reason: string,
  error: { readonly ErrorCategory?: number | undefined; readonly ErrorType?: number | undefined } | undefined,
): EngineErrorKind {
  const name = /^([A-Z][A-Z0-9_]+):/.exec(reason)?.[1];
  const named = name === undefined ? undefined : KIND_OF_NAME[name];
  // The scan cut-off of a workgroup cancels a query, too.
  if (EXHAUSTED.test(reason)) return 'exhausted';
  if (state === 'CANCELLED') return 'cancelled';
  if (THROTTLED.test(reason)) return 'unavailable';
  if (named) return named;
  const { ErrorCategory: category, ErrorType: type } = error ?? {};
  if (type !== undefined) {
    const typed = KIND_OF_TYPE.find(([first, last]) => first <= type && type <= last);
    if (typed) return typed[2];
  }
  if (name !== undefined && category !== SYSTEM) return 'statement';
  if (category === USER) return 'statement';
  return category === SYSTEM ? 'unavailable' : 'data';
}

function kind(what: EngineErrorKind, names: readonly string[]): Record<string, EngineErrorKind> {
  return Object.fromEntries(names.map((name) => [name, what]));
}
