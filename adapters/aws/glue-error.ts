import { CatalogError } from '../../core/errors.ts';
import { errorCode, httpStatus, isThrottled } from './aws-error.ts';

/** A failed request as a CatalogError that says what failed, on what, and what to do. `what`: `list`, `create`, … */
export function glueError(error: unknown, what: string, partition: string): CatalogError {
  if (error instanceof CatalogError) return error;
  const code = errorCode(error);
  return new CatalogError(`Glue could not ${what} ${partition} (${code}): ${adviceFor(error, code)}`, { cause: error });
}

function adviceFor(error: unknown, code: string): string {
  if (code === 'EntityNotFoundException') return 'there is no such table; deploy the catalog (`npx cdk deploy --all`)';
  if (code.startsWith('AccessDenied') || httpStatus(error) === 403) {
    return `access is denied; grant the role glue:GetPartitions, BatchCreatePartition, BatchUpdatePartition and BatchDeletePartition on the table, its database and the catalog`;
  }
  if (code === 'ResourceNumberLimitExceededException') return 'the account has too many partitions; ask AWS for more';
  if (isThrottled(error)) return 'Glue asks for fewer requests, also after all retries; the next run does what is left';
  return (error as Error).message;
}
