import type { ErrorDetail } from '@aws-sdk/client-glue';

/** The most of Glue's batch calls on tables, and on partitions that are made. */
export const GLUE_BATCH = 100;

/** @throws Error if something of a batch was not done, with the reason of the first */
export function checkBatch(failed: readonly { readonly ErrorDetail?: ErrorDetail | undefined }[], what: string): void {
  const [first] = failed;
  if (!first) return;
  const { ErrorCode: code, ErrorMessage: message } = first.ErrorDetail ?? {};
  throw new Error(`${failed.length} ${what}: ${code}: ${message}`);
}
