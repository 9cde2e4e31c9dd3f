import type { Day } from '../dates.ts';
import { acceptedSql } from './acceptance.ts';
import { UNKNOWN_DATE } from './bronze-object.ts';
import type { EntityRouting } from './classify.ts';
import { BRONZE_COLUMNS } from './columns.ts';
import { eventDateSql } from './event-date.ts';

/** The partition of records that SQL leaves to the reference in JavaScript. Never part of the warehouse. */
export const SUSPECT = '_suspect';

/** One file as a source of numbered texts. */
export interface TextSource {
  readonly hash: string;
  readonly ingestDate: Day;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly arrivedAt: number;
  /** A select of `line` (bigint, from 1) and `raw` (varchar; null for an empty line). */
  readonly select: string;
}

/**
 * A DuckDB select of bronze rows, with entity, ingest_date and event_date as last columns: what `classifier` gives for
 * the same texts, but only where that is beyond doubt. Other rows, a few in sound data, have the entity `_suspect`: no
 * valid JSON (lone surrogates are refused here and taken there), what DuckDB takes and JSON does not (trailing commas,
 * NaN, Infinity), no known type, decimal numbers as id, leading blanks.
 */
export function bronzeSelect(
  sources: readonly TextSource[],
  routing: readonly EntityRouting[],
  bareEntity: string | null,
): string {
  const texts = sources.map(
    ({ hash, ingestDate, arrivedAt, select }) =>
      `select ${literal(hash)} as file_hash, ${literal(ingestDate)} as ingest_date,
        epoch_ms(${arrivedAt})::timestamp_ms as ingested_at, line, raw from (${select})`,
  );
  const route = bareEntity === null ? enveloped(routing) : bareOrEnveloped(routing, bareEntity);
  const columns: Record<string, string> = {
    id: route.id,
    source: route.source,
    type: route.type,
    time: route.time,
    payload: 'raw',
  };
  const selected = BRONZE_COLUMNS.map(
    ({ name, type }) => `${columns[name] ?? (OF_FILE.has(name) ? name : `null::${type}`)} as ${name}`,
  );
  return `
    select ${selected.join(', ')},
      case when sure then ${route.entity} else '${SUSPECT}' end as entity,
      ingest_date,
      case when sure and event_day >= ${route.earliest} and ${route.accepted} then event_day else '${UNKNOWN_DATE}' end as event_date
    from (
      select *, ${eventDateSql('event_time')} as event_day,
        -- a case, because a bare conjunction is computed whole: here a test runs only where those before it held
        case when e is not null and ${[...route.sure, ...plainJson()].join(' and ')} then true else false end as sure
      from (
        select *, ${route.eventTime} as event_time
        from (
          select *, case when json_valid(raw) then json_transform(raw, ${literal(JSON.stringify(route.shape))}) end as e
          from (${texts.join('\nunion all\n')})
          where raw is not null
        )
      )
    )`;
}

const OF_FILE = new Set(['file_hash', 'line', 'ingested_at']);

interface Route {
  /** What is read of each text, in the form of `json_transform`, as the struct `e`. */
  readonly shape: Record<string, unknown>;
  readonly sure: readonly string[];
  readonly entity: string;
  readonly eventTime: string;
  /** The first day that counts as an event date. */
  readonly earliest: string;
  /** Whether one may lie so far from the arrival. */
  readonly accepted: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
}

function enveloped(routing: readonly EntityRouting[]): Route {
  const known = routing.map((route) => literal(route.entity)).join(', ');
  const time = byType(routing, (route) => eventTime('e.data', route));
  const earliest = byType(routing, (route) => literal(route.earliest));
  const accepted = byType(routing, (route) => acceptedSql('event_day', 'ingest_date', route.accept));
  return {
    shape: {
      ...texts(['id', 'source', 'type', 'time']),
      data: texts(new Set(routing.flatMap(({ eventTimeField }) => eventTimeField ?? []))),
    },
    sure: [`e.type in (${known})`, ...['id', 'source', 'time'].map((column) => scalar(`e.${column}`))],
    entity: 'e.type',
    eventTime: time,
    earliest,
    accepted,
    id: 'e.id',
    source: 'e.source',
    type: 'e.type',
    time: 'e.time',
  };
}

/** The text of the event time in a struct of texts; of a record without one, a time of its day of arrival. */
function eventTime(struct: string, { eventTimeField }: EntityRouting): string {
  return eventTimeField === null ? "ingest_date || 'T00:00:00Z'" : `${struct}.${identifier(eventTimeField)}`;
}

/** In a file of bare records an enveloped one is rare: the reference takes it. */
function bareOrEnveloped(routing: readonly EntityRouting[], entity: string): Route {
  const route = routing.find((candidate) => candidate.entity === entity)!;
  const { eventTimeField: field, earliest, accept } = route;
  return {
    shape: texts(['specversion', 'id', ...(field === null ? [] : [field])]),
    sure: ['e.specversion is null', "starts_with(raw, '{')", scalar('e.id')],
    entity: literal(entity),
    eventTime: eventTime('e', route),
    earliest: literal(earliest),
    accepted: acceptedSql('event_day', 'ingest_date', accept),
    id: 'e.id',
    source: 'null::varchar',
    type: 'null::varchar',
    time: 'null::varchar',
  };
}

/** What `sql` gives for the entity of a record; without a case where all entities have the same. */
function byType(routing: readonly EntityRouting[], sql: (route: EntityRouting) => string): string {
  const [only, ...others] = new Set(routing.map(sql));
  if (others.length === 0) return only!;
  return `(case e.type ${routing.map((route) => `when ${literal(route.entity)} then ${sql(route)}`).join(' ')} end)`;
}

function texts(fields: Iterable<string>): Record<string, 'VARCHAR'> {
  return Object.fromEntries([...fields].map((field) => [field, 'VARCHAR']));
}

/** Not the text of something nested, and not of a number that DuckDB writes in its own way (1.0, 1e3; never integers). */
function scalar(text: string): string {
  return `(${text} is null or not regexp_matches(${text}, '^([{\\[]|-?([0-9]+[.eE][0-9.eE+-]*|(?i)inf(inity)?|nan)$)'))`;
}

/** False for a valid text that may hold what DuckDB takes and strict JSON does not. */
function plainJson(): string[] {
  return [
    "not regexp_matches(raw, ',\\s*[}\\]]')",
    // The spellings that JSON writers send. A test for all that DuckDB takes (nan, -inf) would cost more than the parse.
    "not (contains(raw, 'NaN') or contains(raw, 'Infinity'))",
  ];
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
