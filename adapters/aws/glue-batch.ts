import type { ErrorDetail } from '@aws-sdk/client-glue';
import { isPassing } from './aws-error.ts';

/** The most of Glue's batch calls on tables, and on partitions that are made. */
export const GLUE_BATCH = 100;

/**
 * @throws Error if something of a batch was not done, named after Glue's reason for the first, so that it can be told
 * whether that may pass: one that does not comes before those that do
 */
export function checkBatch(failed: readonly { readonly ErrorDetail?: ErrorDetail | undefined }[], what: string): void {
  const errors = failed.map(({ ErrorDetail: { ErrorCode: code, ErrorMessage: message } = {} }) =>
    Object.assign(new Error(`${failed.length} ${what}: ${code}: ${message}`), { name: code ?? 'Error' }),
  );
  const error = errors.find((each) => !isPassing(each)) ?? errors[0];
  if (error) throw error;
}
