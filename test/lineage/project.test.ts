import { describe, expect, it } from 'vitest';
import { ProjectLineage } from '../../core/lineage/project-lineage.ts';
import { traceColumn, traceTable } from '../../core/lineage/trace.ts';
import { goldModel } from '../../core/model/gold-model.ts';
import { assembleProject } from '../../core/model/project.ts';
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

describe('a model whose SQL and header differ', () => {
  const withModel = (select: string) => {
    const header = '/*\nrow: One.\ninputs:\n  gold.user_day: [0]\n  gold.sessions: [0]\ncolumns:\n  n: bigint - N.\n*/';
    const model = goldModel('sql/gold/odd.sql', `${header}\n${select}`, '');
    return new ProjectLineage({ ...PROJECT, ...assembleProject([...PROJECT.models, model]) });
  };

  it('is found out', () => {
    const odd = withModel(
      'select count(*) as n, dt from user_day where dt in (select dt from customer_day) group by dt',
    );
    expect(odd.reads('gold.odd').map(({ table, input, used }) => [table, input !== undefined, used])).toEqual([
      ['gold.user_day', true, true],
      ['gold.sessions', true, false],
      ['gold.customer_day', false, true],
    ]);
    expect(traceTable(odd, 'gold.odd', 'up').next.map(({ note }) => note)).toEqual([
      undefined,
      'declared, but not read by the SQL',
      'read by the SQL, but not declared',
    ]);
  });

  it('is told as not resolved, not guessed', () => {
    const odd = withModel('select actions as n, dt from user_day natural join sessions');
    expect(traceColumn(odd, 'gold.odd', 'n', 'up').note).toBe(
      'not resolved: sql/gold/odd.sql: joins naturally, which is not followed',
    );
    const down = traceColumn(odd, 'gold.user_day', 'actions', 'down');
    expect(down.next.find(({ table }) => table === 'gold.odd')?.note).toMatch(/^not resolved/);
    expect(down.next.map(({ table }) => table)).toContain('gold.daily_metrics');
  });
});
