import { UNPARSABLE } from '../bronze/bronze-object.ts';
import { formatWindow } from '../model/window.ts';
import { type Layout, type LayoutNode, layeredLayout } from './layered-layout.ts';
import type { ContractedProject } from './project-lineage.ts';

/** A box: what one contract or model file makes, or the bronze of an entity. */
interface Box extends LayoutNode {
  readonly layerName: 'bronze' | 'silver' | 'gold';
  readonly title: string;
  /** Other tables that the same file makes. */
  readonly also: string;
  /** What one row is. */
  readonly meaning: string;
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** Only the same day is read. */
  readonly sameDay: boolean;
}

const COLOURS = {
  bronze: { fill: '#f6e7d8', line: '#b0703a' },
  silver: { fill: '#e9edf2', line: '#6f7f93' },
  gold: { fill: '#fbf0c9', line: '#b58a0b' },
} as const;
const FONT = "system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif";
const DASHES = ' stroke-dasharray="5 3"';
const WIDTH = 1200;
const MARGIN = { side: 12, top: 40, bottom: 48 };
/** Pixels of a character, at most on average, and of the space beside a text. */
const TEXT = { title: 7, also: 5.4, padding: 18 };

/** The lineage of all tables as SVG, left to right: a box for each file, an arrow for each input. */
export function lineagePicture(project: ContractedProject): string {
  const { boxes, arrows } = graph(project);
  const layout = layeredLayout(boxes, arrows, { fitting: WIDTH - 2 * MARGIN.side });
  const width = layout.width + 2 * MARGIN.side;
  const height = layout.height + MARGIN.top + MARGIN.bottom;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}">
<title>Where every table comes from</title>
<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>
${headings(boxes, layout).join('\n')}
<g transform="translate(${MARGIN.side} ${MARGIN.top})">
<g fill="none" stroke-width="1.4">
${arrows.map((arrow, i) => line(arrow, layout.routes[i]!, boxes)).join('\n')}
</g>
${boxes.map((box) => drawn(box, layout)).join('\n')}
</g>
${legend(height - 18).join('\n')}
</svg>
`;
}

/** Edges within a file are left out: they would only say that the keys of an entity are part of its silver table. */
function graph(project: ContractedProject): { boxes: Box[]; arrows: Arrow[] } {
  const fileOf = (table: string) => project.tables.get(table)?.model.file ?? table;
  const arrows = new Map<string, Arrow>();
  for (const { file, inputs } of project.models) {
    for (const { table, window } of inputs) {
      const from = fileOf(table);
      if (from === file) continue;
      const sameDay = formatWindow(window) === '[0]' && (arrows.get(`${from} ${file}`)?.sameDay ?? true);
      arrows.set(`${from} ${file}`, { from, to: file, sameDay });
    }
  }
  const bronze = [...project.contracts.map(({ entity }) => entity), UNPARSABLE].map((entity) => ({
    ...{ id: `bronze.${entity}`, tables: [`bronze.${entity}`], meaning: `A record of ${entity} as received.` },
  }));
  const files = [...new Set(project.models.map(({ file }) => file))].map((file) => {
    const outputs = project.models.filter((model) => model.file === file).flatMap((model) => model.outputs);
    const main =
      outputs.find(({ table }) => table.startsWith('silver.') && fileName(file) === table.slice(7)) ?? outputs[0]!;
    const tables = [main.table, ...outputs.map(({ table }) => table).filter((table) => table !== main.table)];
    return { id: file, tables, meaning: main.meaning };
  });
  const ranks = rank([...bronze, ...files], [...arrows.values()]);
  const boxes = [...bronze, ...files].map(({ id, tables, meaning }) => {
    const [layer, title] = tables[0]!.split('.') as [string, string];
    const also = tables.slice(1).map((table) => shortName(table, title));
    const shown = layer === 'bronze' || layer === 'gold' ? layer : 'silver';
    const name = shown === layer ? title : tables[0]!;
    const small = also.length > 0 ? `+ ${also.join(', ')}` : '';
    const width = Math.round(Math.max(name.length * TEXT.title, small.length * TEXT.also) + TEXT.padding);
    const height = small ? 36 : 24;
    return { id, title: name, also: small, meaning, layerName: shown, layer: ranks.get(id)!, width, height } as const;
  });
  return { boxes, arrows: [...arrows.values()] };
}

function fileName(file: string): string {
  return /([^/]+)\.\w+$/.exec(file)?.[1] ?? file;
}

/** `quarantine.orders` beside `orders` is `quarantine`, `ops.balance_orders` is `balance`, `silver.orders_keys` is `keys`. */
function shortName(table: string, title: string): string {
  const [layer, name] = table.split('.') as [string, string];
  if (name === title) return layer;
  return name.replace(new RegExp(`^${title}_|_${title}$`), '');
}

/** Bronze, then silver, then gold: each after all it reads, and every gold table after all of silver. */
function rank(
  nodes: readonly { id: string; tables: readonly string[] }[],
  arrows: readonly Arrow[],
): Map<string, number> {
  const ranks = new Map<string, number>();
  const isGold = (id: string) => nodes.find((node) => node.id === id)?.tables[0]?.startsWith('gold.') ?? false;
  const visit = (id: string, least: number): number => {
    const inputs = arrows.filter(({ to }) => to === id);
    const found = Math.max(least, ...inputs.map(({ from }) => rankOf(from) + 1));
    ranks.set(id, found);
    return found;
  };
  let firstOfGold = 0;
  const rankOf = (id: string): number => ranks.get(id) ?? visit(id, isGold(id) ? firstOfGold : 0);
  for (const { id } of nodes) if (!isGold(id)) firstOfGold = Math.max(firstOfGold, rankOf(id) + 1);
  for (const { id } of nodes) rankOf(id);
  return ranks;
}

function headings(boxes: readonly Box[], { layers }: Layout): string[] {
  const first = (name: string) => Math.min(...boxes.filter((box) => box.layerName === name).map(({ layer }) => layer));
  return (['bronze', 'silver', 'gold'] as const)
    .filter((name) => Number.isFinite(first(name)))
    .map((name) => {
      const x = layers[first(name)]!.x + MARGIN.side;
      return `<text x="${x}" y="24" font-size="13" font-weight="600" fill="${COLOURS[name].line}">${name}</text>`;
    });
}

/** @param y base line of the text */
function legend(y: number): string[] {
  const sample = (x: number, dashes: string) =>
    `<path d="M${x} ${y - 4}h34" stroke="#57606a" stroke-width="1.4"${dashes}/>`;
  const text = (x: number, words: string) => `<text x="${x}" y="${y}" font-size="11" fill="#57606a">${words}</text>`;
  return [
    ...[sample(12, ''), text(52, 'reads the same day'), sample(184, DASHES), text(224, 'reads other days, too')],
    text(372, 'A box is a contract or a model; after +, the other tables that it makes.'),
  ];
}

function line({ from, sameDay }: Arrow, route: Layout['routes'][number], boxes: readonly Box[]): string {
  const { layerName } = boxes.find(({ id }) => id === from)!;
  const path = route.map(([x, y], i) => {
    if (i === 0) return `M${x} ${y}`;
    const [before, height] = route[i - 1]!;
    if (i % 2 === 0) return `L${x} ${y}`;
    const bend = Math.round((before + x) / 2);
    return `C${bend} ${height} ${bend} ${y} ${x} ${y}`;
  });
  return `<path d="${path.join('')}" stroke="${COLOURS[layerName].line}" stroke-opacity="0.6"${sameDay ? '' : DASHES}/>`;
}

function drawn({ id, title, also, meaning, layer, layerName, height }: Box, { places, layers }: Layout): string {
  const { x, y } = places.get(id)!;
  const { width } = layers[layer]!;
  const { fill, line: stroke } = COLOURS[layerName];
  const small = also === '' ? '' : `<text x="9" y="29" font-size="10" fill="#57606a">${escaped(also)}</text>`;
  return `<g transform="translate(${x} ${y})"><title>${escaped(meaning)}</title><rect width="${width}" height="${height}" rx="5" fill="${fill}" stroke="${stroke}"/><text x="9" y="16" font-size="12.5" fill="#1f2328">${escaped(title)}</text>${small}</g>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
