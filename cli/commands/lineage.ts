import { join } from 'node:path';
import { Command } from 'commander';
import { loadProject } from '../../adapters/local/project-files.ts';
import { UsageError } from '../../core/errors.ts';
import type { ProjectLineage } from '../../core/lineage/project-lineage.ts';
import type { Direction, Trace } from '../../core/lineage/trace.ts';
import { suggestion } from '../../core/model/project.ts';
import { tablesOfLayer, unknownTable } from '../../core/query/table-names.ts';
import type { Start } from '../context.ts';
import { formatOption } from '../options.ts';
import { lineageJson, lineageText, tablesText } from '../output/lineage-report.ts';

interface LineageOptions {
  readonly down?: boolean;
  readonly format: string;
}

export function lineageCommand(start: Start): Command {
  return new Command('lineage')
    .description('Where a table or a column comes from, by the SQL of the models. Needs no warehouse.')
    .argument(
      '<table[.column]>',
      'such as gold.sessions, gold.sessions.duration or bronze.interactions.payload.user_id; gold alone lists its tables',
    )
    .option('--down', 'what depends on it instead')
    .addOption(formatOption(['table', 'json']))
    .action(async (name: string, options: LineageOptions) => {
      const project = await loadProject({
        contracts: join(start.root, 'dist', 'contracts'),
        sql: join(start.root, 'sql'),
      });
      // The grammar is large: only this command loads it.
      const { ProjectLineage } = await import('../../core/lineage/project-lineage.ts');
      const { traceColumn, traceTable } = await import('../../core/lineage/trace.ts');
      const lineage = new ProjectLineage(project);
      const layer = tablesOfLayer(name.toLowerCase(), lineage.tables);
      if (layer) {
        process.stdout.write(tablesText(layer, options.format, (table) => about({ table, next: [] }, lineage, 'up')));
        return;
      }
      const { table, column } = named(name, lineage);
      const direction = options.down ? 'down' : 'up';
      const trace =
        column === undefined ? traceTable(lineage, table, direction) : traceColumn(lineage, table, column, direction);
      process.stdout.write(
        options.format === 'json' ? lineageJson(trace) : lineageText(trace, (each) => about(each, lineage, direction)),
      );
    });
}

/** `layer.table`, `layer.table.column`, or without the layer where only one table of silver or gold has the name. */
function named(name: string, lineage: ProjectLineage): { table: string; column?: string } {
  const parts = name.toLowerCase().split('.');
  const full = parts.slice(0, 2).join('.');
  const [table, ...rest] = lineage.tables.includes(full)
    ? [full, ...parts.slice(2)]
    : [withLayer(parts[0]!, lineage.tables) ?? full, ...parts.slice(1)];
  if (!lineage.tables.includes(table)) throw unknownTable(table, lineage.tables);
  return rest.length === 0 ? { table } : { table, column: columnNamed(table, rest.join('.'), lineage) };
}

function withLayer(name: string, tables: readonly string[]): string | undefined {
  const found = ['gold', 'silver'].map((layer) => `${layer}.${name}`).filter((table) => tables.includes(table));
  return found.length === 1 ? found[0] : undefined;
}

function columnNamed(table: string, column: string, lineage: ProjectLineage): string {
  const columns = lineage.columns(table);
  const fields = lineage.fields(table);
  const known = [column, `payload.${column}`].find((each) => columns.includes(each) || fields.includes(each));
  if (known !== undefined) return known;
  const all = [...columns, ...fields];
  const hint = suggestion(column, all) || `; its columns are ${all.join(', ')}`;
  throw new UsageError(`${table} has no column ${column}${hint}`);
}

/** Of a table where it is declared, of a column its type. */
function about({ table, column, how, next }: Trace, lineage: ProjectLineage, direction: Direction): string {
  const written = lineage.project.tables.get(table);
  if (!written) return '';
  if (column === undefined) return how === undefined ? written.model.file : '';
  const type = written.output.columns.find(({ name }) => name === column)?.type ?? 'varchar';
  return direction === 'up' && how === undefined && next.length === 0 ? `${type}, a constant` : type;
}
