import * as z from 'zod';
import { isDay } from '../core/dates.ts';

// What the states of the machine hand to the functions.

const day = z.string().refine(isDay, 'expected a day of the calendar as YYYY-MM-DD');

/** What a run may be asked for, by the input of its execution. */
const ASKED = z.strictObject({
  /** Partitions of these days only. */
  from: day.optional(),
  to: day.optional(),
  /** Full names, such as `gold.sessions`: these and what they read. */
  tables: z.array(z.string()).nonempty().optional(),
  /** Build them even if they are not stale. */
  force: z.boolean().default(false),
  /** The most batches that are built at the same time. */
  concurrency: z.int().min(1).max(1000).default(10),
});

export const DISCOVER = z.object({
  execution: z.string(),
  startedAt: z.string(),
  redrives: z.int().default(0),
  input: ASKED,
});

export const STEP = z.object({ run: z.string(), wave: z.int().min(0), concurrency: z.int() });

export const BUILD = z.object({ run: z.string(), wave: z.int().min(1), batch: z.int().min(0) });

export const PUBLISH = z.object({
  ...STEP.shape,
  /** Of each batch, and what has become of it; null where they were too many for the state. */
  results: z.array(z.object({ batch: z.int(), error: z.string().optional() })).nullable(),
});

export const FINISH = z.object({ run: z.string(), wave: z.int(), redrives: z.int().default(0) });
