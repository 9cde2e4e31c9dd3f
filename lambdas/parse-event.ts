import * as z from 'zod';
import { UsageError } from '../core/errors.ts';

/**
 * What a function is called with.
 * @throws UsageError naming each field and what was expected
 */
export function parseEvent<T extends z.ZodType>(schema: T, event: unknown): z.output<T> {
  const parsed = schema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new UsageError(`the input cannot be used:\n${z.prettifyError(parsed.error)}`);
}
