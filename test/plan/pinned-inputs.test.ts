import { expect, it } from 'vitest';
import type { BronzeObject } from '../../core/bronze/bronze-object.ts';
import { applyCommit, emptyState } from '../../core/ledger/state.ts';
import { InputPins } from '../../core/plan/pinned-inputs.ts';
import { projectOf } from './world.ts';

const TODAY = { kind: 'days', from: 0, to: 0 } as const;

function object(entity: string, eventDate: string, rows: number): BronzeObject {
  return { key: `bronze/${entity}/${eventDate}/${rows}`, entity, ingestDate: '2026-01-02', eventDate, rows, bytes: 10 };
}

it('counts the records received of each target day over all bronze inputs, up to the basis', () => {
  const inputs = [
    { table: 'bronze.a', window: TODAY },
    { table: 'bronze.b', window: TODAY },
  ];
  const project = projectOf([{ name: 'silver.both', others: [], inputs, partitions: 'day', keep: ['all'], code: 0 }]);
  const state = emptyState();
  const early = [object('a', '2026-01-01', 3), object('b', '2026-01-01', 4), object('a', '2026-01-02', 5)];
  applyCommit(state, { format: 1, seq: 1, at: '', by: 'load', bronze: early });
  applyCommit(state, { format: 1, seq: 2, at: '', by: 'load', bronze: [object('b', '2026-01-01', 100)] });

  const pinned = new InputPins(project, state, 1).of(project.models[0]!, ['2026-01-01', '2026-01-02']);
  expect(Object.fromEntries(pinned.received)).toEqual({ '2026-01-01': 7, '2026-01-02': 5 });
  expect(pinned.relations.map(({ files }) => files.length)).toEqual([2, 1]);
  expect(pinned.bytes).toBe(30);
});
