import { expect, test } from 'vitest';
import type { Keep } from '../../core/model/days-kept.ts';
import { checkDaysRead } from '../../core/model/days-read.ts';
import { assembleProject } from '../../core/model/project.ts';
import { model } from '../reconcile/models.ts';

/** A table that keeps some days, and one that reads it. */
function project(kept: Keep[], wanted: Keep[], window = '[0]') {
  const input = { ...model('gold.given', { inputs: {}, columns: {}, sql: '' }), keep: kept };
  const reader = { ...model('gold.reader', { inputs: { 'gold.given': window }, columns: {}, sql: '' }), keep: wanted };
  return assembleProject([input, reader]);
}

test('a model may not read its own day of a table that does not keep it', () => {
  expect(() => checkDaysRead(project(['month-end', 'last'], ['all']))).toThrow(
    'inputs.gold.given: has only month ends, the last day, but gold.reader asks for every day',
  );
  expect(() => checkDaysRead(project(['last'], ['month-end', 'last']))).toThrow('expected no more days');
});

test('it may read what is there: the same days, fewer, or a window of several', () => {
  checkDaysRead(project(['all'], ['month-end']));
  checkDaysRead(project(['month-end', 'last'], ['last', 'month-end']));
  checkDaysRead(project(['month-end', 'last'], ['all'], '[..0]'));
});
