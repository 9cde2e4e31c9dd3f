import * as z from 'zod';
import { ConfigurationError } from '../core/errors.ts';
import type { Placement } from '../core/reconcile/batches.ts';
import { setting, wholeSetting } from './settings.ts';

const ENGINE = z.enum(['auto', 'duckdb', 'athena']);

/** Where the deployment lets batches be built. */
export function deployedPlacement(): Placement {
  const engine = ENGINE.safeParse(setting('SLUICE_ENGINE'));
  if (!engine.success) throw new ConfigurationError(`SLUICE_ENGINE: expected one of ${ENGINE.options.join(', ')}`);
  return { engine: engine.data, duckdbBytes: wholeSetting('SLUICE_LAMBDA_BYTES') };
}
