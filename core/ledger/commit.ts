import type { BronzeObject, IngestedFile } from '../bronze/bronze-object.ts';
import type { Day } from '../dates.ts';

/** One version of a partition, as published. Its files are immutable; a partition without rows has none. */
export interface PartitionVersion {
  readonly table: string;
  readonly dt: Day;
  /** Keys in the warehouse's store. */
  readonly files: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  /** `<engine>:<checksum of the rows>`, or `empty`. */
  readonly checksum: string;
  readonly inputDigest: string;
  readonly codeDigest: string;
  /** The run that built it. */
  readonly run: string;
  /** The commit up to which that run saw bronze: of two versions, the one with the greater basis saw more. */
  readonly basis: number;
  /** When the code that built it was released (ISO 8601). */
  readonly release: string;
  /** Put there by a rollback: the loop leaves it as it is, whatever its inputs and code say, until it is released. */
  readonly pinned?: true;
}

export interface PartitionName {
  readonly table: string;
  readonly dt: Day;
}

/** What a commit changes. All of it becomes visible at once. */
export interface Change {
  readonly bronze?: readonly BronzeObject[];
  /**
   * Keys of bronze objects whose records are in `bronze` from now on, in other objects. One that is listed there itself
   * stays what it is, with what is new to be said of it.
   */
  readonly removed?: readonly string[];
  readonly files?: readonly IngestedFile[];
  readonly publish?: readonly PartitionVersion[];
  readonly retire?: readonly PartitionName[];
  /** The id of the key that pseudonyms are made with, never the key: an input of whatever holds pseudonyms. */
  readonly pseudonymKey?: string;
  /** The day, UTC, of a discovery that took up all that the stream had written by then. */
  readonly discovered?: Day;
}

/** One entry of the log: `log/commits/<seq>.json`, created exclusively, never changed. */
export interface Commit extends Change {
  readonly format: 1;
  /** From 1, without gaps. */
  readonly seq: number;
  /** ISO 8601, UTC, by the clock of who committed; for people, never for decisions. */
  readonly at: string;
  /** What committed it: a run's or a load's id. */
  readonly by: string;
}
