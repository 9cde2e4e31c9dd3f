import { type Cell, middleOf } from './layer-cell.ts';
import { orderLayers } from './order-layers.ts';
import { placeLayers } from './place-layers.ts';

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

/** Pixels that an arrow takes where it passes a layer. */
const PASSAGE = 6;
/** The gap between layers, pixels: as wide as the picture may be, but never so narrow that the bends cannot be followed. */
const GAP = { least: 36, most: 64 };

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
    const between = Array.from({ length: last - first - 1 }, (_, i) => add(`${from}>${to}`, first + 1 + i, PASSAGE));
    const chain = [cells.get(from)!, ...between, cells.get(to)!];
    for (const [i, cell] of chain.slice(1).entries()) {
      cell.before.push(chain[i]!);
      chain[i]!.after.push(cell);
    }
    return chain;
  });
  orderLayers(layers);
  placeLayers(layers);

  const columns = columnsOf(nodes, count, fitting);
  const layerOf = new Map(layers.flatMap((layer, i) => layer.map((cell) => [cell, i] as const)));
  const routes = chains.map((chain) =>
    chain.slice(1).flatMap((to, i) => {
      const from = chain[i]!;
      const { x, width } = columns[layerOf.get(from)!]!;
      return [
        [x + width, Math.round(middleOf(from))],
        [columns[layerOf.get(to)!]!.x, Math.round(middleOf(to))],
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
