import { UsageError } from '../errors.ts';
import type { Project } from '../model/project.ts';
import type { Scope } from '../plan/scope.ts';
import { unknownTable } from '../query/table-names.ts';
import { type TakeUpRequest, takeUp } from '../reconcile/take-up.ts';
import { RunFiles } from './run-files.ts';

export interface BeginRequest extends TakeUpRequest {
  readonly project: Project;
  readonly scope?: Scope | undefined;
  /** Build what the scope names even if it is not stale. */
  readonly force: boolean;
}

/**
 * The first step of a run: takes up what has arrived, and freezes what the run sees of bronze. Returns the number of
 * records dated anew.
 * @throws UsageError for a scope that names no table or no day
 */
export async function beginRun({ project, scope, force, ...request }: BeginRequest): Promise<number> {
  const known = [...project.tables.keys()];
  const unknown = scope?.tables?.find((table) => !known.includes(table));
  if (unknown !== undefined) throw unknownTable(unknown, known);
  if (scope?.from !== undefined && scope.to !== undefined && scope.from > scope.to)
    throw new UsageError(`from ${scope.from} is after to ${scope.to}`);
  const moved = await takeUp(request);
  const { seq: basis } = await request.log.read();
  const begun = { id: request.by, basis, scope, forceUpTo: force ? basis : undefined };
  await new RunFiles(request.store, request.by).begin(begun);
  return moved;
}
