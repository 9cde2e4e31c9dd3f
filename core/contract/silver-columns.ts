import type { Column } from '../model/column.ts';
import type { Contract } from './contract.ts';
import { hasProtected, keptMeaning } from './protection.ts';

/** Columns of `silver.<entity>`, without `dt`. */
export function silverColumns({ fields, derived }: Contract): readonly Column[] {
  return [
    {
      name: 'id',
      type: 'varchar',
      meaning: `CloudEvents id; of a bare record, its own or ${hasProtected(fields) ? 'a keyed hash' : 'the MD5'} of its payload.`,
    },
    { name: 'source', type: 'varchar', meaning: 'CloudEvents source: who sent it; null for a bare record.' },
    ...Object.entries(fields).map(([name, field]) => ({ name, type: field.type, meaning: keptMeaning(field) })),
    ...Object.entries(derived).map(([name, { meaning }]) => ({ name, type: 'varchar' as const, meaning })),
  ];
}
