import { expect, test } from 'vitest';
import { ProjectLineage } from '../../core/lineage/project-lineage.ts';
import { goldModel } from '../../core/model/gold-model.ts';
import type { Model } from '../../core/model/model.ts';
import { GOLD, goldNamed, outputOf, PROJECT } from './model-files.ts';

const PROFILE = 'gold.feature_profile';
const WHERE_TO_ADD = `A feature that is not profiled has no drift. In sql/gold/feature_profile.sql add its table to \`inputs\`, a CTE
\`values_of_<table>\` with each of these columns in its \`case\` and in its \`unnest(array[…])\`, and that CTE to the union \`features\`:`;

/** Numeric columns of feature tables that the profile leaves out; of these tables those kept for every day, as it says in its header. */
function unprofiled(models: readonly Model[]): string[] {
  const profiled = new ProjectLineage(PROJECT)
    .origins(PROFILE, 'mean')
    .map(({ table, column }) => `${table}.${column}`);
  return models
    .filter(({ name, keep }) => /(_features|\.customer_360)$/.test(name) && keep.includes('all'))
    .flatMap((model) =>
      outputOf(model)
        .columns.filter(({ type }) => /^(bigint|integer|double|decimal)/.test(type))
        .map(({ name }) => `${model.name}.${name}`),
    )
    .filter((column) => !profiled.includes(column));
}

test('every numeric column of a table of features that is kept for every day is profiled', () => {
  const forgotten = unprofiled([...GOLD.values()]);
  expect(forgotten, `${WHERE_TO_ADD} ${forgotten.join(', ')}`).toEqual([]);
});

test('a new table of features, or a new column of one, would be named', () => {
  const header = (days: string) =>
    `/*\nrow: One.\ninputs:\n  gold.user_day: [0]\n${days}columns:\n  glow: double - Glow.\n  name: varchar - Name.\n*/\n`;
  const select = `select 1e0 as glow, 'x' as name, dt from user_day`;
  const daily = goldModel('sql/gold/shiny_features.sql', `${header('')}${select}`, '');
  const monthly = goldModel('sql/gold/other_features.sql', `${header('days: [month-end, last]\n')}${select}`, '');
  const wider = goldModel('sql/gold/pricing_features.sql', `${header('')}${select}`, '');
  expect(unprofiled([daily, monthly, wider])).toEqual(['gold.shiny_features.glow', 'gold.pricing_features.glow']);
});

test('the tables of customers are left out because they are not kept for every day', () => {
  for (const name of ['customer_features', 'customer_360']) expect(goldNamed(name).keep).not.toContain('all');
});
