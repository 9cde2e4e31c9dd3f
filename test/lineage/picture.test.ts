import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layeredLayout } from '../../core/lineage/layered-layout.ts';
import { lineagePicture } from '../../core/lineage/picture.ts';
import { PROJECT } from '../gold/model-files.ts';

const graphs = fc
  .array(fc.record({ layer: fc.nat(5), width: fc.integer({ min: 20, max: 150 }), height: fc.constantFrom(24, 36) }), {
    minLength: 1,
    maxLength: 40,
  })
  .chain((drawn) => {
    // Every layer up to the last has a node.
    const used = [...new Set(drawn.map(({ layer }) => layer))].sort((a, b) => a - b);
    const nodes = drawn.map((node, i) => ({ ...node, id: `n${i}`, layer: used.indexOf(node.layer) }));
    const ends = fc.tuple(fc.nat(nodes.length - 1), fc.nat(nodes.length - 1));
    return fc.array(ends, { maxLength: 60 }).map((pairs) => ({
      nodes,
      edges: pairs
        .map(([a, b]) => ({ from: nodes[a]!, to: nodes[b]! }))
        .filter(({ from, to }) => from.layer < to.layer)
        .map(({ from, to }) => ({ from: from.id, to: to.id })),
    }));
  });

it('boxes never overlap, arrows go to the right from box to box, and the same graph gives the same pixels', () => {
  fc.assert(
    fc.property(graphs, ({ nodes, edges }) => {
      const layout = layeredLayout(nodes, edges, { fitting: 1200 });
      const at = (id: string) => layout.places.get(id)!;
      for (const a of nodes) {
        expect(at(a.id).y).toBeGreaterThanOrEqual(0);
        expect(at(a.id).y + a.height).toBeLessThanOrEqual(layout.height);
        for (const b of nodes) {
          if (a === b || a.layer !== b.layer) continue;
          expect(at(a.id).y + a.height <= at(b.id).y || at(b.id).y + b.height <= at(a.id).y).toBe(true);
        }
      }
      for (const [i, { from, to }] of edges.entries()) {
        const route = layout.routes[i]!;
        const xs = route.map(([x]) => x);
        expect(xs).toEqual([...xs].sort((a, b) => a - b));
        expect(xs.at(-1)).toBe(at(to).x);
        expect(route[0]![1]).toBe(Math.round(at(from).y + nodes.find(({ id }) => id === from)!.height / 2));
      }
      expect(layeredLayout(nodes, edges, { fitting: 1200 })).toEqual(layout);
    }),
  );
});

it('every table is in the picture', () => {
  const picture = lineagePicture(PROJECT);
  for (const table of PROJECT.tables.keys()) {
    const [layer, name] = table.split('.') as [string, string];
    if (layer === 'gold' || PROJECT.contracts.some(({ entity }) => table === `silver.${entity}`))
      expect(picture).toContain(`>${name}</text>`);
  }
});
