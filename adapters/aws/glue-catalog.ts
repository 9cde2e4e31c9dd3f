import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchUpdatePartitionCommand,
  type ErrorDetail,
  GetPartitionsCommand,
  type GlueClient,
  type PartitionInput,
} from '@aws-sdk/client-glue';
import type { CatalogTable } from '../../core/catalog/catalog-table.ts';
import type { Catalog, CatalogChanges, CatalogPartition } from '../../core/ports/catalog.ts';
import { errorCode, isPassing } from './aws-error.ts';
import { backOff, type Pause } from './back-off.ts';
import { glueError } from './glue-error.ts';
import { type GluePlaces, glueColumn, glueName, glueStorage } from './glue-table.ts';
import { ATTEMPTS, tryAgain } from './try-again.ts';

/** Glue's limits. */
const PARTITIONS_A_PAGE = 1000;
const PARTITIONS_A_CHANGE = 100;
const PARTITIONS_A_DELETION = 25;

type Operation = 'create' | 'update' | 'drop';

/** What Glue did not do of a batch, and why. */
interface Refusal {
  readonly partition: CatalogPartition;
  readonly operation: Operation;
  readonly error: Error;
}

/**
 * The Glue catalog, for the readers of Athena. A call that changes a hundred partitions can fail for some of them, which it
 * says in its answer only: each such entry is looked at, retried if that helps, or thrown.
 */
export class GlueCatalog implements Catalog {
  readonly tables: readonly string[];
  readonly #client: GlueClient;
  readonly #tables: ReadonlyMap<string, CatalogTable>;
  readonly #places: GluePlaces;
  readonly #pause: Pause;

  constructor(client: GlueClient, tables: readonly CatalogTable[], places: GluePlaces, pause: Pause = backOff) {
    this.#client = client;
    this.#tables = new Map(tables.map((table) => [table.table, table]));
    this.tables = [...this.#tables.keys()];
    this.#places = places;
    this.#pause = pause;
  }

  uri(key: string): string {
    return `s3://${this.#places.warehouse}/${key}`;
  }

  async partitions(table: string): Promise<CatalogPartition[]> {
    const found: CatalogPartition[] = [];
    const start = this.uri('');
    let token: string | undefined;
    do {
      const command = new GetPartitionsCommand({
        ...this.#named(table),
        MaxResults: PARTITIONS_A_PAGE,
        ExcludeColumnSchema: true,
        ...(token ? { NextToken: token } : {}),
      });
      const page = await this.#do('list the partitions of', table, () => this.#client.send(command));
      for (const { Values = [], StorageDescriptor, Parameters = {} } of page.Partitions ?? []) {
        const location = StorageDescriptor?.Location ?? '';
        const folder = location.startsWith(start) ? location.slice(start.length) : location;
        found.push({ values: Values, folder, version: Parameters });
      }
      token = page.NextToken;
    } while (token);
    return found;
  }

  async change(table: string, { create, update, drop }: CatalogChanges): Promise<void> {
    let left = { create, update, drop };
    for (let attempt = 1; ; attempt++) {
      const refusals: Refusal[] = [];
      for (const operation of ['create', 'update', 'drop'] as const) {
        const size = operation === 'drop' ? PARTITIONS_A_DELETION : PARTITIONS_A_CHANGE;
        for (const batch of batches(left[operation], size))
          refusals.push(...(await this.#send(operation, table, batch)));
      }
      if (refusals.length === 0) return;
      for (const { partition, operation, error } of refusals) {
        if (attempt === ATTEMPTS || !next(operation, error)) {
          throw glueError(error, operation, `${table} ${this.#shown(table, partition)}`);
        }
      }
      if (refusals.some(({ error }) => isPassing(error))) await this.#pause(attempt);
      const again = (wanted: Operation) =>
        refusals.filter(({ operation, error }) => next(operation, error) === wanted).map(({ partition }) => partition);
      left = { create: again('create'), update: again('update'), drop: again('drop') };
    }
  }

  /** Sends one call. Returns what it did not do. */
  async #send(operation: Operation, table: string, batch: readonly CatalogPartition[]): Promise<Refusal[]> {
    const refused = (values: readonly string[] | undefined, detail: ErrorDetail | undefined): Refusal[] => {
      const error = Object.assign(new Error(detail?.ErrorMessage ?? 'no reason given'), {
        name: detail?.ErrorCode ?? 'UnknownError',
      });
      const partition = batch.find((each) => each.values.join('\0') === values?.join('\0')) ?? batch[0]!;
      return next(operation, error) === 'nothing' ? [] : [{ partition, operation, error }];
    };
    const first = `${table} ${this.#shown(table, batch[0]!)}`;
    const named = this.#named(table);
    return this.#do(operation, batch.length > 1 ? `${first} and ${batch.length - 1} others` : first, async () => {
      if (operation === 'create') {
        const PartitionInputList = batch.map((partition) => this.#input(table, partition));
        const { Errors = [] } = await this.#client.send(
          new BatchCreatePartitionCommand({ ...named, PartitionInputList }),
        );
        return Errors.flatMap(({ PartitionValues, ErrorDetail }) => refused(PartitionValues, ErrorDetail));
      }
      if (operation === 'update') {
        const Entries = batch.map((partition) => {
          return { PartitionValueList: [...partition.values], PartitionInput: this.#input(table, partition) };
        });
        const { Errors = [] } = await this.#client.send(new BatchUpdatePartitionCommand({ ...named, Entries }));
        return Errors.flatMap(({ PartitionValueList, ErrorDetail }) => refused(PartitionValueList, ErrorDetail));
      }
      const PartitionsToDelete = batch.map(({ values }) => ({ Values: [...values] }));
      const { Errors = [] } = await this.#client.send(
        new BatchDeletePartitionCommand({ ...named, PartitionsToDelete }),
      );
      return Errors.flatMap(({ PartitionValues, ErrorDetail }) => refused(PartitionValues, ErrorDetail));
    });
  }

  /** A partition has a description of its own, which readers go by: that of its table, at its own place. */
  #input(table: string, { values, folder, version }: CatalogPartition): PartitionInput {
    const Columns = this.#tables.get(table)!.columns.map(glueColumn);
    return {
      Values: [...values],
      StorageDescriptor: { Columns, ...glueStorage(table, this.uri(folder)) },
      Parameters: { ...version },
    };
  }

  #named(table: string): { DatabaseName: string; TableName: string } {
    const { database, name } = glueName(table, this.#places);
    return { DatabaseName: database, TableName: name };
  }

  /** `dt=2026-01-01`. */
  #shown(table: string, { values }: CatalogPartition): string {
    return this.#tables
      .get(table)!
      .partitionedBy.map((column, i) => `${column}=${values[i]}`)
      .join(' ');
  }

  async #do<T>(what: string, partition: string, attempt: () => Promise<T>): Promise<T> {
    try {
      return await tryAgain(this.#pause, attempt);
    } catch (error) {
      throw glueError(error, what, partition);
    }
  }
}

/** What is left to do about a partition after an operation was refused for it; undefined if nothing helps. */
function next(operation: Operation, error: Error): Operation | 'nothing' | undefined {
  const code = errorCode(error);
  if (operation === 'create' && code === 'AlreadyExistsException') return 'update';
  if (operation === 'update' && code === 'EntityNotFoundException') return 'create';
  if (operation === 'drop' && code === 'EntityNotFoundException') return 'nothing';
  return isPassing(error) ? operation : undefined;
}

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}
