import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { StreamRecord } from '../../core/bronze/stream-objects.ts';
import { aggregate } from '../lambdas/bronze/kinesis-events.ts';
import type { Recorded } from './deployed.ts';

const LINES_AN_AGGREGATE = 7;

/** What was sent under a sequence number: one line as it is, or several as the Kinesis Producer Library packs them. */
interface Sent {
  readonly lines: readonly string[];
  readonly isAggregate: boolean;
}

/** Puts lines to a stream, every other stretch of them aggregated, and remembers what it has put. */
export class Producer {
  readonly #kinesis: KinesisClient;
  readonly #stream: string;
  readonly #sent = new Map<string, Sent>();

  constructor(kinesis: KinesisClient, stream: string) {
    this.#kinesis = kinesis;
    this.#stream = stream;
  }

  /** How many lines it has put. */
  get lines(): number {
    return [...this.#sent.values()].reduce((sum, { lines }) => sum + lines.length, 0);
  }

  async put(lines: readonly string[]): Promise<void> {
    const records: Sent[] = [];
    for (let from = 0; from < lines.length; from += LINES_AN_AGGREGATE) {
      const some = lines.slice(from, from + LINES_AN_AGGREGATE);
      if (records.length % 2 === 0) records.push({ lines: some, isAggregate: true });
      else records.push(...some.map((line) => ({ lines: [line], isAggregate: false })));
    }
    const { Records: answers = [], FailedRecordCount } = await this.#kinesis.send(
      new PutRecordsCommand({
        StreamName: this.#stream,
        Records: records.map((record, n) => ({ PartitionKey: `key-${n}`, Data: dataOf(record) })),
      }),
    );
    if (FailedRecordCount) throw new Error(`${FailedRecordCount} records were not put`);
    for (const [n, { ShardId, SequenceNumber }] of answers.entries()) {
      this.#sent.set(`${ShardId} ${SequenceNumber}`, records[n]!);
    }
  }

  /** What a consumer must make of a record: not by taking it apart, but by what was put there. */
  unpacked({ shardId, sequenceNumber, arrivedAt }: Recorded): StreamRecord[] {
    const { lines, isAggregate } = this.#sent.get(`${shardId} ${sequenceNumber}`)!;
    return lines.map((line, n) => {
      const data = new TextEncoder().encode(line);
      return { shardId, sequenceNumber, subSequence: isAggregate ? n : null, arrivedAt, data };
    });
  }
}

function dataOf({ lines, isAggregate }: Sent): Uint8Array {
  const encoded = lines.map((line) => new TextEncoder().encode(line));
  return isAggregate ? aggregate(encoded) : encoded[0]!;
}
