import { describe, expect, it } from 'vitest';
import { ProjectLineage } from '../../core/lineage/project-lineage.ts';
import { PROJECT } from '../gold/model-files.ts';

const lineage = new ProjectLineage(PROJECT);
const models = PROJECT.models.map((model) => ({ name: model.name, model }));

describe.each(models)('$name', ({ model }) => {
  it('reads exactly the tables that it declares', () => {
    const reads = lineage.reads(model.name);
    expect(reads.filter(({ input }) => !input)).toEqual([]);
    expect(reads.filter(({ used }) => !used)).toEqual([]);
  });

  it.each(model.outputs.map(({ table }) => table))('every column of %s resolves', (table) => {
    expect(lineage.selected(table)).toEqual(lineage.columns(table));
    for (const column of lineage.columns(table)) {
      for (const source of lineage.origins(table, column)) {
        const known = ['targets', 'input_days', 'pseudonym_key'].includes(source.table);
        if (!known) expect(model.inputs.map((input) => input.table)).toContain(source.table);
        const column = source.column?.split('.')[0];
        if (!known && column !== undefined) expect(lineage.columns(source.table)).toContain(column);
      }
    }
  });
});
