import { type Cell, mean, middleOf } from './layer-cell.ts';

/** Pixels between neighbours. */
const SPACE = 10;
const SWEEPS = 24;

/** Gives every cell its height in the picture, the order kept. */
export function placeLayers(layers: readonly Cell[][]): void {
  for (const layer of layers) spread(layer, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse())
      spread(
        layer,
        (cell) =>
          mean(
            [...cell.before, ...cell.after].map((each) => middleOf(each)),
            middleOf(cell),
          ) -
          cell.height / 2,
      );
  }
  const top = Math.min(...layers.flat().map(({ y }) => y));
  for (const cell of layers.flat()) cell.y = Math.round(cell.y - top);
}

/** As near to the wishes as the order allows (least squares): neighbours that would overlap move as one block. */
function spread(layer: readonly Cell[], wish: (cell: Cell) => number): void {
  const blocks: { cells: number; sum: number }[] = [];
  const offsets = layer.map((_, i) => layer.slice(0, i).reduce((sum, cell) => sum + cell.height + SPACE, 0));
  for (const [i, cell] of layer.entries()) {
    blocks.push({ cells: 1, sum: wish(cell) - offsets[i]! });
    while (blocks.length > 1) {
      const [a, b] = blocks.slice(-2) as [(typeof blocks)[0], (typeof blocks)[0]];
      if (a.sum / a.cells <= b.sum / b.cells) break;
      blocks.splice(-2, 2, { cells: a.cells + b.cells, sum: a.sum + b.sum });
    }
  }
  const shifts = blocks.flatMap(({ cells, sum }) => Array.from({ length: cells }, () => sum / cells));
  for (const [i, cell] of layer.entries()) cell.y = offsets[i]! + shifts[i]!;
}
