import type { Commit, PartitionVersion } from '../../core/ledger/commit.ts';
import { imbalances, type Pipeline, type Rows } from '../pipeline/pipeline.ts';
import type { Truth } from '../pipeline/truth.ts';
import type { Figures } from './figures.ts';
import { PROBE, type Release } from './releases.ts';

/** What is wrong in a warehouse after a clean run, also counted in the figures. */
export async function verify(warehouse: Pipeline, scratch: Rows, truth: Truth, figures: Figures): Promise<string[]> {
  const problems: string[] = [];
  const rows = await warehouse.rows();
  for (const [entity, ids] of truth.accepted) {
    const stored = (rows.get(`silver.${entity}`) ?? []).map((row) => row[0]!);
    const missing = ids.filter((id) => !stored.includes(id));
    figures.lost += missing.length;
    figures.duplicated += stored.length - new Set(stored).size;
    if (missing.length > 0) problems.push(`silver.${entity} has lost ${missing.slice(0, 5).join(', ')}`);
    if (stored.length !== ids.length) problems.push(`silver.${entity} has ${stored.length} rows, not ${ids.length}`);
  }
  const unbalanced = imbalances(rows, truth);
  figures.mismatches += unbalanced.length;
  problems.push(...unbalanced);
  for (const [name, expected] of [
    ['a rebuild', scratch],
    ['the naive model', warehouse.expected(truth)],
  ] as const) {
    for (const [table, wanted] of expected) {
      const difference = firstDifference(rows.get(table) ?? [], wanted);
      if (difference === undefined) continue;
      figures.mismatches += 1;
      problems.push(`${table} differs from ${name}: ${difference}`);
    }
  }
  const { ready, waiting, retire } = await warehouse.plan();
  if (ready.length + waiting.length + retire.length > 0) {
    figures.mismatches += 1;
    problems.push(
      `the plan after a clean run: ${ready.length} stale, ${waiting.length} waiting, ${retire.length} to retire`,
    );
  }
  return problems;
}

/** What is wrong in the log: a gap, a version that failed its audit, one that knows less than the one before. */
export function verifyLog(commits: readonly Commit[], strict: Release, failing: string, figures: Figures): string[] {
  const problems: string[] = [];
  const present = new Map<string, PartitionVersion>();
  for (const [i, { seq, publish = [], retire = [] }] of commits.entries()) {
    if (seq !== i + 1) problems.push(`commit ${seq} is the ${i + 1}th`);
    for (const version of publish) {
      const { table, dt, release, basis, codeDigest } = version;
      if (table === PROBE && release === strict.release && dt === failing) {
        figures.unaudited += 1;
        problems.push(`${table} dt=${dt} was published although its audit fails`);
      }
      const before = present.get(`${table} ${dt}`);
      const isRollback = version.pinned || before?.pinned;
      const isOlder = before && release < before.release && codeDigest !== before.codeDigest;
      if (before && !isRollback && (isOlder || basis < before.basis))
        problems.push(`commit ${seq}: ${table} dt=${dt} went back to release ${release}, basis ${basis}`);
      present.set(`${table} ${dt}`, version);
    }
    for (const { table, dt } of retire) present.delete(`${table} ${dt}`);
  }
  figures.mismatches += problems.length;
  return problems;
}

function firstDifference(
  found: Rows extends Map<string, infer T> ? T : never,
  wanted: typeof found,
): string | undefined {
  const [has, needs] = [found, wanted].map((rows) => rows.map((row) => JSON.stringify(row)));
  const extra = has!.find((row, i) => row !== needs![i]);
  const missing = needs!.find((row, i) => row !== has![i]);
  if (extra === undefined && missing === undefined) return undefined;
  return `${has!.length} rows, wanted ${needs!.length}; has ${extra ?? 'no more'}; wants ${missing ?? 'no more'}`;
}
