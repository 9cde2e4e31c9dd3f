import fc from 'fast-check';
import { type BronzeObject, bronzePrefix } from '../../core/bronze/bronze-object.ts';
import type { Change } from '../../core/ledger/commit.ts';
import type { LedgerState } from '../../core/ledger/state.ts';

export const TABLES = ['bronze.orders', 'bronze.unparsable', 'silver.orders', 'gold.t'] as const;

const DAYS = ['2026-01-01', '2026-01-02'];
const day = fc.constantFrom(...DAYS);

/** Something that a commit may do; what, depends on the state that it finds. */
export interface Deed {
  readonly kind: 'publish' | 'empty' | 'retire' | 'roll back' | 'receive' | 'replace' | 'list again';
  readonly table: string;
  readonly dt: string;
  readonly name: string;
}

const built = fc.record({
  kind: fc.constantFrom<Deed['kind'][]>('publish', 'publish', 'empty', 'retire', 'roll back'),
  table: fc.constantFrom('silver.orders', 'gold.t'),
  dt: day,
  name: fc.uuid(),
});
const received = fc.record({
  kind: fc.constantFrom<Deed['kind'][]>('receive', 'receive', 'replace', 'list again'),
  table: fc.constantFrom('orders', 'orders', 'unparsable'),
  dt: fc.constantFrom('2026-01-01', 'unknown'),
  name: fc.uuid(),
});

export const deed: fc.Arbitrary<Deed> = fc.oneof(built, received);

/** The change that a deed is in a state; undefined if there is nothing to do it to. */
export function changeOf({ kind, table, dt, name }: Deed, state: LedgerState): Change | undefined {
  const version = { table, dt, run: name, basis: 0, release: '', inputDigest: `i-${name}`, codeDigest: 'c' };
  const folder = `${table.replace('.', '/')}/run=${name}/dt=${dt}/`;
  const before = (state.bronze.get(table) ?? []).filter(({ eventDate }) => eventDate === dt);
  switch (kind) {
    case 'publish':
      return {
        publish: [{ ...version, files: [`${folder}0`, `${folder}1`], rows: 2, bytes: 9, checksum: `sim:${name}` }],
      };
    case 'empty':
      return { publish: [{ ...version, files: [], rows: 0, bytes: 0, checksum: 'empty' }] };
    case 'retire':
      return state.partitions.get(table)?.has(dt) ? { retire: [{ table, dt }] } : undefined;
    case 'roll back': {
      const present = state.partitions.get(table)?.get(dt);
      return present && { publish: [{ ...present, pinned: true }] };
    }
    case 'receive':
      return { bronze: [object(table, dt, name)] };
    case 'replace': {
      const [first] = before;
      return first && { removed: [first.key], bronze: [object(table, DAYS[name.charCodeAt(0) % 2]!, name)] };
    }
    case 'list again': {
      const removed = before.map(({ key }) => key);
      return removed.length > 0
        ? { removed, bronze: before.map(({ seq, ...same }) => ({ ...same, dating: name })) }
        : undefined;
    }
  }
}

function object(entity: string, eventDate: string, name: string): BronzeObject {
  const key = `${bronzePrefix(entity, '2026-01-03', eventDate)}${name}.parquet`;
  return { key, entity, ingestDate: '2026-01-03', eventDate, rows: 1, bytes: 1 };
}
