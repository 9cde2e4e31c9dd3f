import type { LedgerState } from '../ledger/state.ts';
import type { Model } from '../model/model.ts';
import type { Project } from '../model/project.ts';
import { MAX_TARGETS } from './max-targets.ts';
import { InputPins } from './pinned-inputs.ts';
import type { Plan } from './plan.ts';

/** What a plan would read and, on AWS, cost. */
export interface Estimate {
  readonly statements: number;
  /** Bytes of the inputs that exist; what earlier waves have yet to write is not known. */
  readonly bytes: number;
  readonly athenaDollars: number;
  readonly lambdaDollars: number;
}

/** Athena's price and its least charge for a statement (aws.amazon.com/athena/pricing, us-east-1). */
const DOLLARS_PER_BYTE = 5 / 1e12;
const LEAST_BYTES = 10_000_000;

/** What Athena charges for a statement that scans so many bytes. */
export function athenaDollars(bytes: number): number {
  return Math.max(bytes, LEAST_BYTES) * DOLLARS_PER_BYTE;
}

/**
 * Lambda on arm64 (aws.amazon.com/lambda/pricing, us-east-1). 3.5 GB come with two processors; on two, `npm run bench` builds
 * silver and gold at about 10 MB of compressed bronze a second.
 */
const DOLLARS_PER_GB_SECOND = 0.0000133334;
const LAMBDA_GB = 3.5;
const LAMBDA_BYTES_PER_SECOND = 10_000_000;

/** What Lambda charges for a call of so many seconds by a function of so many GB. */
export function lambdaDollars(seconds: number, gigabytes: number): number {
  return seconds * gigabytes * DOLLARS_PER_GB_SECOND;
}

/** Sums over the statements that would build the plan's partitions, ready and waiting ones. */
export function estimate(project: Project, state: LedgerState, plan: Plan): Estimate {
  const pins = new InputPins(project, state, state.seq);
  const byModel = new Map<Model, string[]>();
  for (const { model, dt } of [...plan.ready, ...plan.waiting]) byModel.set(model, [...(byModel.get(model) ?? []), dt]);
  let [statements, bytes, dollars] = [0, 0, 0];
  for (const [model, dts] of byModel) {
    dts.sort();
    for (let start = 0; start < dts.length; start += MAX_TARGETS) {
      const read = pins.of(model, dts.slice(start, start + MAX_TARGETS)).bytes;
      statements += 1;
      bytes += read;
      dollars += athenaDollars(read);
    }
  }
  const seconds = bytes / LAMBDA_BYTES_PER_SECOND;
  return { statements, bytes, athenaDollars: dollars, lambdaDollars: lambdaDollars(seconds, LAMBDA_GB) };
}
