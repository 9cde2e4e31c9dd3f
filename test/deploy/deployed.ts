import { setTimeout as sleep } from 'node:timers/promises';
import { GlueClient, paginateGetPartitions } from '@aws-sdk/client-glue';
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from '@aws-sdk/client-kinesis';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ListExecutionsCommand,
  ListMapRunsCommand,
  type MapRunListItem,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { parquetMetadata } from 'hyparquet';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import { CommitLog } from '../../core/ledger/commit-log.ts';
import { emulated, s3At } from '../emulators/clients.ts';

/** Where the parts of a deployment are, as its SSM parameter says. */
interface Places {
  readonly warehouse: string;
  readonly landing: string;
  readonly results: string;
  readonly databases: string;
  readonly daily: string;
  readonly backfill: string;
}

/** A record as it lies in the stream. */
export interface Recorded {
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** Milliseconds since 1970. */
  readonly arrivedAt: number;
  readonly data: Uint8Array;
}

/** A deployment on an emulated AWS, seen by the SDK alone. */
export class Deployed {
  readonly name: string;
  readonly places: Places;
  readonly s3: S3Client;
  readonly warehouse: S3Store;
  readonly landing: S3Store;
  readonly log: CommitLog;
  readonly kinesis: KinesisClient;
  readonly sfn: SFNClient;
  readonly #glue: GlueClient;
  readonly #lambda: LambdaClient;

  private constructor(endpoint: string, name: string, places: Places) {
    this.name = name;
    this.places = places;
    this.s3 = s3At(endpoint);
    this.warehouse = new S3Store(this.s3, places.warehouse);
    this.landing = new S3Store(this.s3, places.landing);
    this.log = new CommitLog(this.warehouse, () => new Date().toISOString());
    this.kinesis = new KinesisClient(emulated(endpoint));
    this.sfn = new SFNClient(emulated(endpoint));
    this.#glue = new GlueClient(emulated(endpoint));
    this.#lambda = new LambdaClient(emulated(endpoint));
  }

  static async find(endpoint: string, name: string): Promise<Deployed> {
    const ssm = new SSMClient(emulated(endpoint));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: `/sluice/${name}/deployment` }));
    return new Deployed(endpoint, name, JSON.parse(Parameter!.Value!) as Places);
  }

  /** Every record of a stream, shard by shard. */
  async recordsOf(StreamName: string): Promise<Recorded[]> {
    const found: Recorded[] = [];
    const { Shards = [] } = await this.kinesis.send(new ListShardsCommand({ StreamName }));
    for (const { ShardId } of Shards) {
      const first = { StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      let { ShardIterator } = await this.kinesis.send(new GetShardIteratorCommand(first));
      for (;;) {
        const page = await this.kinesis.send(new GetRecordsCommand({ ShardIterator }));
        for (const { SequenceNumber, ApproximateArrivalTimestamp, Data } of page.Records ?? []) {
          const arrivedAt = ApproximateArrivalTimestamp!.getTime();
          found.push({ shardId: ShardId!, sequenceNumber: SequenceNumber!, arrivedAt, data: Data! });
        }
        if (!page.Records?.length) break;
        ShardIterator = page.NextShardIterator;
      }
    }
    return found;
  }

  /** How an execution of the backfill machine ends. */
  async backfill(input: object): Promise<DescribeExecutionCommandOutput> {
    const start = { stateMachineArn: this.places.backfill, input: JSON.stringify(input) };
    const { executionArn } = await this.sfn.send(new StartExecutionCommand(start));
    for (;;) {
      const execution = await this.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') return execution;
      await sleep(200);
    }
  }

  /** The distributed maps of the last daily run. */
  async mapRuns(): Promise<MapRunListItem[]> {
    const { daily: stateMachineArn } = this.places;
    const { executions = [] } = await this.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 100 }));
    const [last] = executions.sort((a, b) => b.startDate!.getTime() - a.startDate!.getTime());
    const { mapRuns = [] } = await this.sfn.send(new ListMapRunsCommand({ executionArn: last!.executionArn }));
    return mapRuns;
  }

  /** How many records there are in all objects of bronze, by entity. */
  async bronzeRows(): Promise<Record<string, number>> {
    const rows: Record<string, number> = {};
    for (const { key } of await this.warehouse.list('bronze/entity=')) {
      if (!key.endsWith('.parquet')) continue;
      const [, entity] = /entity=(\w+)\//.exec(key)!;
      const { buffer, byteOffset, byteLength } = (await this.warehouse.get(key))!;
      const metadata = parquetMetadata(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
      rows[entity!] = (rows[entity!] ?? 0) + Number(metadata.num_rows);
    }
    return rows;
  }

  /** The locations of the partitions that Glue has of a table, by `dt`. */
  async shown(table: string): Promise<Map<string, string>> {
    const [layer, TableName] = table.split('.');
    const found = new Map<string, string>();
    const request = { DatabaseName: `${this.places.databases}_${layer}`, TableName };
    for await (const { Partitions = [] } of paginateGetPartitions({ client: this.#glue }, request)) {
      for (const { Values, StorageDescriptor } of Partitions) found.set(Values!.join(), StorageDescriptor!.Location!);
    }
    return found;
  }

  /** Calls a function as it is now, and waits. @throws Error with what it threw */
  async invoke(name: string, event: unknown): Promise<unknown> {
    const { FunctionError, Payload } = await this.#lambda.send(
      new InvokeCommand({ FunctionName: `${this.name}-${name}`, Payload: JSON.stringify(event) }),
    );
    const text = Payload!.transformToString();
    if (FunctionError) throw new Error(`${name}: ${text}`);
    return JSON.parse(text);
  }

  hasBucket(Bucket: string): Promise<boolean> {
    return this.s3.send(new HeadBucketCommand({ Bucket })).then(
      () => true,
      (error: Error) => {
        if (error.name === 'NotFound') return false;
        throw error;
      },
    );
  }
}
