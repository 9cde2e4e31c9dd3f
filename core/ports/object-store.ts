/** The bytes of a warehouse by key. Keys are relative paths with `/`. Implementations: a directory, an S3 bucket. */
export interface ObjectStore {
  /** The object's bytes, or undefined if there is none. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Writes or replaces an object; readers see the old bytes or the new, never a part. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Writes an object that must not exist yet. False, and nothing written, if it does. */
  create(key: string, bytes: Uint8Array): Promise<boolean>;
  /** Keys that begin with `prefix`, in code point order, after `startAfter` if given. */
  list(prefix: string, startAfter?: string): Promise<StoredObject[]>;
  /** Deletes the objects; absent ones are no error. */
  delete(keys: readonly string[]): Promise<void>;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly modifiedAt: number;
}
