import type { Day } from '../dates.ts';
import type { UNKNOWN_DATE } from './bronze-object.ts';

/** Why a record is refused by what takes it in, before any contract is asked. */
export type RejectReason = 'not_utf8' | 'not_json' | 'not_an_object' | 'missing_type' | 'unknown_type' | 'bad_csv';

/** Why nothing can be read of a record. */
export type Unreadable = Exclude<RejectReason, 'missing_type' | 'unknown_type'>;

/** What a received record is: where it belongs and the columns read from it. */
export interface ClassifiedRecord {
  /** A known entity, or `unparsable`. */
  readonly entity: string;
  readonly eventDate: Day | typeof UNKNOWN_DATE;
  readonly id: string | null;
  readonly source: string | null;
  readonly type: string | null;
  readonly time: string | null;
  readonly payload: string;
  /** Null for what can be read and is of a known entity. Of an entity only if its file said so, and nothing else could. */
  readonly reason: RejectReason | null;
}

/** How a record came in: from a stream (shard, sequence number) or from a file (hash, line). */
interface Transport {
  readonly shardId: string | null;
  readonly sequenceNumber: string | null;
  readonly subSequence: number | null;
  readonly fileHash: string | null;
  readonly line: number | null;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly ingestedAt: number;
}

/** A row of a bronze object, with the entity and event date that decide its partition. */
export interface BronzeRow extends Transport {
  readonly record: ClassifiedRecord;
}
