import { type Cell, mean } from './layer-cell.ts';

const SWEEPS = 24;

/**
 * Orders the cells of each layer so that few arrows cross: by the mean place of their neighbours, sweep after sweep; the order
 * with the fewest crossings counts.
 */
export function orderLayers(layers: Cell[][]): void {
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(best);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : [...layers].reverse()) {
      const place = new Map(layers.flatMap((each) => each.map((cell, i) => [cell, i / each.length] as const)));
      const wish = new Map(
        layer.map((cell) => [
          cell,
          mean(
            (forward ? cell.before : cell.after).map((each) => place.get(each)!),
            place.get(cell)!,
          ),
        ]),
      );
      layer.sort((a, b) => wish.get(a)! - wish.get(b)!);
    }
    const crossed = crossings(layers);
    if (crossed < fewest) [best, fewest] = [layers.map((layer) => [...layer]), crossed];
  }
  for (const [i, layer] of best.entries()) layers[i] = layer;
}

function crossings(layers: readonly Cell[][]): number {
  let sum = 0;
  for (const [i, layer] of layers.slice(0, -1).entries()) {
    const place = new Map(layers[i + 1]!.map((cell, at) => [cell, at]));
    const ends = layer.flatMap((cell) => cell.after.map((to) => place.get(to)!).sort((a, b) => a - b));
    for (const [at, end] of ends.entries()) sum += ends.slice(0, at).filter((other) => other > end).length;
  }
  return sum;
}
