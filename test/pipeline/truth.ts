import { addDays, type Day, daysBetween, monthOf } from '../../core/dates.ts';
import type { Column } from '../../core/model/column.ts';
import type { Interaction, Transaction } from '../oracle/events.ts';
import { goldTables } from '../oracle/gold-tables.ts';
import type { Delivery } from './deliveries.ts';

/** What the tables must hold after some deliveries, by the naive model: nothing of it is computed as the product does. */
export interface Truth {
  /** Rows as text, `dt` last, by table. */
  readonly tables: ReadonlyMap<string, readonly (readonly (string | null)[])[]>;
  /** Ids of the events that silver must hold, by entity. */
  readonly accepted: ReadonlyMap<string, readonly string[]>;
  /** Records received by `entity dt`. */
  readonly received: ReadonlyMap<string, number>;
}

export function truthOf(deliveries: readonly Delivery[]): Truth {
  const dated = deliveries.flatMap(({ day }) => (day ? [day] : []));
  if (dated.length === 0) return { tables: new Map(), accepted: new Map(), received: countReceived(deliveries, '') };
  const last = least(greatest(dated), greatest(deliveries.map(({ arrival }) => arrival)));
  const known = deliveries.filter(({ day }) => day !== undefined && day <= last);
  const daysOf = (entity: Delivery['entity']) => known.filter((each) => each.entity === entity).map(({ day }) => day!);
  const events = winners(known, 'interactions') as Interaction[];
  const purchases = winners(known, 'transactions') as Transaction[];
  const tables = new Map<string, readonly (readonly (string | null)[])[]>();
  const interactionDays = daysOf('interactions');
  const isKept = (row: readonly (string | null)[]) => {
    const day = row.at(-1)!;
    return day === last || monthOf(addDays(day, 1)) !== monthOf(day);
  };
  if (interactionDays.length > 0) {
    const days = daysBetween(interactionDays.reduce(least), last);
    for (const [table, rows] of goldTables(events, purchases, days)) tables.set(table, rows);
    tables.set('gold.session_totals', tables.get('gold.session_totals')!.filter(isKept));
  }
  const all = known.map(({ day }) => day!);
  if (all.length > 0) {
    const days = daysBetween(all.reduce(least), last);
    const snapshots = goldTables(events, purchases, days).get('gold.customer_features')!;
    tables.set('gold.customer_features', snapshots.filter(isKept));
  }
  const accepted = new Map([
    ['interactions', events.map(({ id }) => id)],
    ['transactions', purchases.map(({ id }) => id)],
  ]);
  return { tables, accepted, received: countReceived(deliveries, last) };
}

/** Values as both sides would write them, rows in one order. */
export function comparable(
  rows: readonly (readonly (string | null)[])[],
  columns: readonly Column[],
): (string | null)[][] {
  const texts = rows.map((row) =>
    row.map((value, i) => {
      if (value === null) return null;
      if (columns[i]?.type === 'double') return String(Number(value));
      return columns[i]?.type === 'timestamp' ? new Date(`${value}Z`).toISOString() : value;
    }),
  );
  const key = (row: readonly (string | null)[]): string => JSON.stringify(row);
  return texts.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Of each event the delivery under the least id. */
function winners(known: readonly Delivery[], entity: Delivery['entity']): (Interaction | Transaction)[] {
  const first = new Map<string, Interaction | Transaction>();
  for (const { sound, ...each } of known) {
    if (!sound || each.entity !== entity) continue;
    const key = sound.id.split('~')[0]!;
    const other = first.get(key);
    if (!other || sound.id < other.id) first.set(key, sound);
  }
  return [...first.values()];
}

/** Dated records of days that have not come yet wait in bronze; undated ones count on the day they arrive. */
function countReceived(deliveries: readonly Delivery[], last: string): Map<string, number> {
  const received = new Map<string, number>();
  for (const { entity, day, arrival } of deliveries) {
    if (day !== undefined && day > last) continue;
    const name = `${entity} ${day ?? arrival}`;
    received.set(name, (received.get(name) ?? 0) + 1);
  }
  return received;
}

function least(a: Day, b: Day): Day {
  return a < b ? a : b;
}

function greatest(days: readonly Day[]): Day {
  return days.reduce((a, b) => (a > b ? a : b));
}
