import { describe, expect, it } from 'vitest';
import { ProjectLineage } from '../../core/lineage/project-lineage.ts';
import { type Trace, traceColumn, traceTable } from '../../core/lineage/trace.ts';
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

describe('results of experiments come each from what they are about', () => {
  const madeOf = (column: string) =>
    lineage
      .origins('gold.experiment_results', column)
      .filter(({ how }) => how === 'value')
      .map(({ table, column }) => `${table.replace('gold.experiment_', '')}.${column}`)
      .sort();

  it.each([
    ['exposures', ['exposures.exposures']],
    ['users', ['exposures.user_id']],
    ['cart_users', ['outcomes.add_to_carts', 'outcomes.dt']],
    ['conversions', ['outcomes.dt', 'outcomes.purchases']],
    ['abandoned_carts', ['outcomes.add_to_carts', 'outcomes.dt']],
    ['purchases', ['outcomes.purchases']],
    ['revenue', ['outcomes.revenue']],
    ['revenue_per_user', ['exposures.user_id', 'outcomes.revenue']],
    ['add_to_cart_rate', ['exposures.user_id', 'outcomes.add_to_carts', 'outcomes.dt']],
    ['conversion_rate', ['exposures.user_id', 'outcomes.dt', 'outcomes.purchases']],
    ['z', ['exposures.user_id', 'outcomes.dt', 'outcomes.purchases']],
    ['sample_ratio_p_value', ['exposures.user_id', 'exposures.variant']],
  ])('%s', (column, expected) => {
    expect(madeOf(column)).toEqual(expected);
  });

  it('what decides is told beside it', () => {
    const deciding = (column: string) =>
      lineage
        .origins('gold.experiment_results', column)
        .flatMap(({ column, how }) => (how === 'condition' ? column : []));
    expect(deciding('abandoned_carts')).toContain('purchases');
    expect(deciding('is_control')).toContain('variant');
  });
});

describe('a column is followed all the way', () => {
  const paths = (trace: Trace): string[] => {
    const own = `${trace.table}.${trace.column}${trace.how === 'condition' ? '?' : ''}`;
    return [own, ...trace.next.flatMap(paths).map((path) => `${own} ${path}`)];
  };

  it('up, through what is counted by its kind', () => {
    expect(paths(traceColumn(lineage, 'gold.experiment_results', 'cart_users', 'up'))).toContain(
      'gold.experiment_results.cart_users gold.experiment_outcomes.add_to_carts silver.clickstream.event_type bronze.clickstream.payload.event_type',
    );
  });

  it('down, likewise', () => {
    expect(paths(traceColumn(lineage, 'silver.clickstream', 'event_type', 'down'))).toEqual(
      expect.arrayContaining([
        'silver.clickstream.event_type gold.experiment_outcomes.add_to_carts gold.experiment_results.cart_users',
        'silver.clickstream.event_type gold.funnel_daily.buyers',
      ]),
    );
  });

  it('also through what only decides', () => {
    expect(paths(traceColumn(lineage, 'gold.shipping_features', 'charged_by', 'up'))).toContain(
      'gold.shipping_features.charged_by silver.products_asof.weight_kg? silver.products.weight_kg bronze.products.payload.weight_kg',
    );
    expect(paths(traceColumn(lineage, 'bronze.products', 'payload.weight_kg', 'down'))).toContain(
      'bronze.products.payload.weight_kg silver.products.weight_kg silver.products_asof.weight_kg gold.shipping_features.charged_by?',
    );
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
