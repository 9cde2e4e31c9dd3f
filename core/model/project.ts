import { ConfigurationError } from '../errors.ts';
import { type Model, type Output, relationName } from './model.ts';
import { formatWindow } from './window.ts';

/** Everything that can be built, checked to be a graph: each model after the models it reads. */
export interface Project {
  /** In topological order. */
  readonly models: readonly Model[];
  /** By table: who writes it. */
  readonly tables: ReadonlyMap<string, { readonly model: Model; readonly output: Output }>;
}

/**
 * Orders the models and checks what holds between them.
 * @throws ConfigurationError for an unknown input, a table written twice, two tables that SQL could not tell apart, a cycle.
 */
export function assembleProject(models: readonly Model[]): Project {
  const tables = new Map<string, { model: Model; output: Output }>();
  const relations = new Map<string, string>();
  for (const model of models) {
    for (const output of model.outputs) {
      const other = tables.get(output.table)?.model.file ?? relations.get(relationName(output.table));
      if (other)
        throw new ConfigurationError(
          `${model.file}: ${output.table} is already taken by ${other}; choose another name`,
        );
      tables.set(output.table, { model, output });
      relations.set(relationName(output.table), model.file);
    }
  }
  const ordered: Model[] = [];
  const visiting = new Set<Model>();
  const visit = (model: Model): void => {
    if (ordered.includes(model)) return;
    if (visiting.has(model)) {
      throw new ConfigurationError(
        `${model.file}: ${model.name} reads itself, through ${[...visiting].map((m) => m.name).join(' → ')}`,
      );
    }
    visiting.add(model);
    for (const { table, window } of model.inputs) {
      if (table.startsWith('bronze.')) {
        if (model.partitions === 'day' && formatWindow(window) === '[0]') continue;
        throw new ConfigurationError(
          `${model.file}: inputs.${table}: bronze is read a day at a time: expected the window [0]`,
        );
      }
      const input = tables.get(table);
      if (!input)
        throw new ConfigurationError(
          `${model.file}: inputs: there is no table ${table}${suggestion(table, [...tables.keys()])}`,
        );
      visit(input.model);
    }
    visiting.delete(model);
    ordered.push(model);
  };
  for (const model of [...models].sort((a, b) => (a.name < b.name ? -1 : 1))) visit(model);
  return { models: ordered, tables };
}

/** `; did you mean …?` with the nearest of `names` (of a table, its layer may be left out), or nothing if none is near. */
export function suggestion(name: string, names: readonly string[]): string {
  const distance = (other: string) => Math.min(editDistance(name, other), editDistance(name, other.split('.').at(-1)!));
  const [nearest] = names
    .map((other) => ({ other, distance: distance(other) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= Math.max(2, name.length / 3) ? `; did you mean ${nearest.other}?` : '';
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
