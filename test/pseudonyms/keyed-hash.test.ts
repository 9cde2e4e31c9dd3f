import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silverModel } from '../../core/contract/silver-model.ts';
import { modelRunner, PRELUDE } from '../contract/run-model.ts';
import { DAY, heard, ODD, said, told, words } from './odd-texts.ts';

const model = silverModel(words, PRELUDE);

let runner: Awaited<ReturnType<typeof modelRunner>>;
beforeAll(async () => {
  runner = await modelRunner();
});
afterAll(() => runner.close());

async function expectAsTold(some: readonly (string | null)[], bare: boolean): Promise<void> {
  const { rows, complaints } = await runner.build(model, said(some, bare), [DAY]);
  expect(complaints).toEqual([]);
  expect(heard(rows.get('silver.words')!)).toEqual(told(some, bare));
}

it.each([true, false])('silver keeps the HMAC-SHA256 of odd texts as node has it (bare records: %s)', (bare) =>
  expectAsTold(ODD, bare),
);

it('silver keeps the HMAC-SHA256 of any text as node has it', async () => {
  const unit = fc.constantFrom<'binary' | 'grapheme'>('binary', 'grapheme');
  const word = unit.chain((kind) => fc.string({ unit: kind, maxLength: 200, size: 'max' }));
  const some = fc.array(fc.option(word), { maxLength: 40, size: 'max' });
  await fc.assert(fc.asyncProperty(some, fc.boolean(), expectAsTold), { numRuns: 25 });
});
