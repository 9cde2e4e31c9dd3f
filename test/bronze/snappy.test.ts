import fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { expect, test } from 'vitest';
import { snappy } from '../../core/bronze/snappy.ts';

function roundTrip(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(input.length);
  snappyUncompress(snappy(input), output);
  return output;
}

/** Few values, pieces that come again near and far, so that there are matches of every length and distance. */
const repetitive = fc
  .tuple(fc.array(fc.uint8Array({ minLength: 1, maxLength: 90 }), { minLength: 1, maxLength: 5 }), fc.array(fc.nat(4)))
  .map(([pieces, order]) => Buffer.concat(order.map((at) => pieces[at % pieces.length]!)));

test('what is compressed is read back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), repetitive), (input) => {
      expect(Buffer.compare(roundTrip(input), input)).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test('whatever the size: literals and copies of every length, matches out of reach, noise', () => {
  const noise = (size: number) => Uint8Array.from({ length: size }, (_, n) => Math.imul(n + 1, 0x9e3779b1) >>> 11);
  for (const size of [0, 1, 14, 15, 16, 17, 59, 60, 61, 62, 255, 256, 257, 258, 65_536, 65_537, 70_000, 20_000_000]) {
    const random = noise(size);
    expect(Buffer.compare(roundTrip(random), random), `noise of ${size}`).toBe(0);
  }
  for (let length = 1; length < 300; length++) {
    const again = Buffer.concat([noise(400), noise(length), noise(400)]);
    expect(Buffer.compare(roundTrip(again), again), `a copy of ${length}`).toBe(0);
  }
  const far = Buffer.concat([noise(100), new Uint8Array(65_500), noise(100), new Uint8Array(70_000), noise(100)]);
  expect(Buffer.compare(roundTrip(far), far)).toBe(0);
  expect(snappy(new Uint8Array(70_000)).length).toBeLessThan(4000);
});
