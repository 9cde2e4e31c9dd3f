/** A box of the picture, in the column that it belongs to. */
export interface LayoutNode {
  readonly id: string;
  /** From 0, left to right. */
  readonly layer: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** From left to right: `from` lies in an earlier layer than `to`. */
export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}

export interface Layout {
  /** By id: the upper left corner, pixels. */
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  /** Left edge and width of each layer; every box of it is as wide as the widest. */
  readonly layers: readonly { readonly x: number; readonly width: number }[];
  /** In the order given: the points that an edge runs through, in pairs between which it may bend. */
  readonly routes: readonly (readonly (readonly [x: number, y: number])[])[];
  readonly width: number;
  readonly height: number;
}

interface Cell {
  readonly id: string;
  readonly height: number;
  y: number;
  readonly before: Cell[];
  readonly after: Cell[];
}

const SPACE = { between: 10, bend: 6 };
/** The gap between layers, pixels: as wide as the picture may be, but never so narrow that the bends cannot be followed. */
const GAP = { least: 36, most: 64 };
const SWEEPS = 24;

/**
 * A layered layout (after Sugiyama): an edge over several layers gets a thin cell in each of them; cells are ordered by the
 * mean of their neighbours, of all sweeps the order with the fewest crossings counts; then each cell moves to the mean
 * height of its neighbours as far as the order allows. The same input gives the same pixels.
 */
export function layeredLayout(
  nodes: readonly LayoutNode[],
  edges: readonly LayoutEdge[],
  { fitting }: { /** Pixels, if the boxes leave so much. */ fitting: number },
): Layout {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const count = Math.max(...nodes.map(({ layer }) => layer)) + 1;
  const layers: Cell[][] = Array.from({ length: count }, () => []);
  const cells = new Map<string, Cell>();
  const add = (id: string, layer: number, height: number): Cell => {
    const cell: Cell = { id, height, y: 0, before: [], after: [] };
    layers[layer]!.push(cell);
    return cell;
  };
  for (const { id, layer, height } of nodes) cells.set(id, add(id, layer, height));
  const chains = edges.map(({ from, to }) => {
    const [first, last] = [byId.get(from)!.layer, byId.get(to)!.layer];
    const between = Array.from({ length: last - first - 1 }, (_, i) => add(`${from}>${to}`, first + 1 + i, SPACE.bend));
    const chain = [cells.get(from)!, ...between, cells.get(to)!];
    for (const [i, cell] of chain.slice(1).entries()) {
      cell.before.push(chain[i]!);
      chain[i]!.after.push(cell);
    }
    return chain;
  });
  order(layers);
  place(layers);

  const columns = columnsOf(nodes, count, fitting);
  const layerOf = new Map(layers.flatMap((layer, i) => layer.map((cell) => [cell, i] as const)));
  const routes = chains.map((chain) =>
    chain.slice(1).flatMap((to, i) => {
      const from = chain[i]!;
      const { x, width } = columns[layerOf.get(from)!]!;
      return [
        [x + width, middle(from)],
        [columns[layerOf.get(to)!]!.x, middle(to)],
      ] as const;
    }),
  );
  const places = new Map(nodes.map(({ id, layer }) => [id, { x: columns[layer]!.x, y: cells.get(id)!.y }]));
  const height = Math.max(...layers.flat().map((cell) => cell.y + cell.height));
  const last = columns.at(-1)!;
  return { places, layers: columns, routes, width: last.x + last.width, height };
}

function columnsOf(nodes: readonly LayoutNode[], count: number, fitting: number): Layout['layers'] {
  const widths = Array.from({ length: count }, (_, i) =>
    Math.max(...nodes.filter(({ layer }) => layer === i).map(({ width }) => width)),
  );
  const left = fitting - widths.reduce((sum, width) => sum + width, 0);
  const gap = Math.min(GAP.most, Math.max(GAP.least, Math.floor(left / Math.max(1, count - 1))));
  return widths.map((width, i) => ({ x: widths.slice(0, i).reduce((sum, each) => sum + each + gap, 0), width }));
}

function middle({ y, height }: Cell): number {
  return Math.round(y + height / 2);
}

/** Orders the cells of each layer so that few edges cross. */
function order(layers: Cell[][]): void {
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

/** Gives every cell its height in the picture, the order kept. */
function place(layers: readonly Cell[][]): void {
  for (const layer of layers) spread(layer, () => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : [...layers].reverse())
      spread(
        layer,
        (cell) =>
          mean(
            [...cell.before, ...cell.after].map((each) => each.y + each.height / 2),
            cell.y + cell.height / 2,
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
  const offsets = layer.map((_, i) => layer.slice(0, i).reduce((sum, cell) => sum + cell.height + SPACE.between, 0));
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

function mean(values: readonly number[], otherwise: number): number {
  return values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length;
}
