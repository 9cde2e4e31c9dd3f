import type { Model } from '../model/model.ts';
import { relationName } from '../model/model.ts';
import { assembleProject, type Project } from '../model/project.ts';
import { BALANCE, balanceParts } from '../query/published-tables.ts';

/** A project with `ops.balance`, which analysts read as one table, as if a model united the balances of all entities. */
export function withAllBalances<P extends Project>(project: P): P {
  const parts = balanceParts(project);
  const first = project.tables.get(parts[0] ?? '');
  if (!first) return project;
  const { columns } = first.output;
  const names = [...columns.map(({ name }) => name), 'dt'].join(', ');
  const sql = parts.map((part) => `select ${names} from ${relationName(part)}`).join('\nunion all\n');
  const model: Model = {
    name: BALANCE,
    inputs: parts.map((table) => ({ table, window: { kind: 'days', from: 0, to: 0 } })),
    partitions: 'day',
    keep: ['all'],
    steps: () => [],
    outputs: [
      { table: BALANCE, columns, sql, audits: [], meaning: 'The balances of all entities: where their records went.' },
    ],
    codeDigest: '',
    file: 'core/query/published-tables.ts',
  };
  return { ...project, ...assembleProject([...project.models, model]) };
}
