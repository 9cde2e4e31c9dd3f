import { addDays, type Day, dayNumber } from '../../core/dates.ts';
import type { Window } from '../../core/model/window.ts';
import { windowRange } from '../../core/plan/wanted-days.ts';
import type { Row } from './gold-database.ts';
import { columnsOf } from './model-files.ts';

const REACH = 3;

/**
 * Rows that no target may notice: copies of the given rows, moved in time to each of the days just outside the windows of
 * all targets, so that they concern the same users and would join, cut or count if they were read.
 */
export function noise(table: string, rows: readonly Row[], window: Window, targets: readonly Day[]): Row[] {
  const ranges = targets.map((target) => windowRange(window, dayNumber(target)));
  const outside = new Set<number>();
  for (const { first, last } of ranges) {
    for (let step = 1; step <= REACH; step++) {
      if (Number.isFinite(first)) outside.add(first - step);
      outside.add(last + step);
    }
  }
  const planted = [...outside].filter((day) => !ranges.some(({ first, last }) => first <= day && day <= last));
  return planted.flatMap((day) => rows.map((row, index) => moved(table, row, day, index)));
}

/** The row as of another day, with an id of its own. */
function moved(table: string, row: Row, day: number, index: number): Row {
  const columns = columnsOf(table);
  const from = row[columns.findIndex(({ name }) => name === 'dt')]!;
  const by = day - dayNumber(from);
  return row.map((value, place) => {
    const { name, type } = columns[place]!;
    if (value === null) return null;
    if (name === 'dt') return addDays(value, by);
    if (type === 'timestamp') return addDays(value.slice(0, 10), by) + value.slice(10);
    return name.endsWith('id') && name !== 'user_id' ? `${value}~${day}.${index}` : value;
  });
}
