import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { loadProject } from '../../adapters/local/project-files.ts';
import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import { runDefinition } from '../../infra/state-machine/definition.ts';
import { DISCOVER } from '../../lambdas/steps.ts';
import { type DailyBatch, dailyBatches } from './daily-builds.ts';
import { expectInPage } from './page.ts';
import { assumed, measured } from './workload.ts';

const project = await loadProject({ contracts: 'contracts', sql: 'sql' });
const EVERY_ENTITY = [...project.contracts.map(({ entity }) => entity), UNPARSABLE];
const { concurrency } = DISCOVER.parse({ execution: 'daily', startedAt: 'now', input: {} }).input;

/** A daily run over small data: no batch is too large for a Lambda, and no step takes longer for what it reads. */
function smallRun(entities: readonly string[]): DailyBatch[] {
  const placement = { engine: 'auto', duckdbBytes: 1 } as const;
  return dailyBatches(project, () => 0, {
    ...{ entities, lateDays: assumed.lateDays, history: assumed.history },
    ...{ placement, filesByAthena: assumed.filesByAthena },
  });
}

/** What is done one after the other: test/infra/state-machine.test.ts holds these calls against the machine itself. */
function sequence(batches: readonly DailyBatch[]) {
  const waves = Math.max(...batches.map(({ wave }) => wave));
  const rounds = Array.from({ length: waves }, (_, i) =>
    Math.ceil(batches.filter(({ wave }) => wave === i + 1).length / concurrency),
  ).reduce((sum, each) => sum + each, 0);
  // After the last wave one more plan finds nothing.
  return { discover: 1, plan: waves + 1, build: rounds, publish: waves, finish: 1 };
}

function seconds(calls: ReturnType<typeof sequence>): number {
  return Object.entries(assumed.smallRunSeconds).reduce(
    (sum, [step, each]) => sum + calls[step as keyof typeof calls] * each,
    0,
  );
}

it('a daily run over small data takes less than three minutes, by the steps that follow each other', () => {
  const runs = [measured.entities, EVERY_ENTITY].map((entities) => {
    const batches = smallRun(entities);
    expect(batches.every(({ engine }) => engine === 'duckdb')).toBe(true);
    return { batches, calls: sequence(batches) };
  });
  const [two, all] = runs as [(typeof runs)[0], (typeof runs)[0]];
  expect(seconds(two.calls)).toBeLessThan(180);
  expect(seconds(all.calls)).toBeLessThan(180);
  const rows = Object.entries(assumed.smallRunSeconds).map(([step, each]) => {
    const of = ({ calls }: (typeof runs)[0]) => {
      const count = calls[step as keyof typeof calls];
      return `${count} × ${each} s = ${count * each} s`;
    };
    return `| ${step} | ${of(two)} | ${of(all)} |\n`;
  });
  const head = ({ batches, calls }: (typeof runs)[0]) => `${batches.length} batches in ${calls.publish} waves`;
  const total = ({ calls }: (typeof runs)[0]) => `**${seconds(calls)} s**`;
  expectInPage(
    'docs/deploy.md',
    'test/docs/run-time.test.ts',
    'time of a small run',
    `| step | transactions and interactions: ${head(two)} | every entity: ${head(all)} |\n| --- | --- | --- |\n${rows.join('')}| **All** | ${total(two)} | ${total(all)} |\n`,
  );
});

it('the page says how many waves a run may have', () => {
  const arns = { discover: '', plan: '', build: '', query: '', publish: '', finish: '' };
  const bound = runDefinition(arns, 'aws').States.IsAnythingStale.Choices.find(({ Next }) => Next === 'TooManyWaves');
  expect(readFileSync('docs/deploy.md', 'utf8')).toContain(
    `**Waves**: at most ${(bound as { NumericGreaterThan: number }).NumericGreaterThan} a run`,
  );
});
