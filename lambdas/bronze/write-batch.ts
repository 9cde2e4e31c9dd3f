import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { atOnce } from '../../core/at-once.ts';
import { UNPARSABLE } from '../../core/bronze/bronze-object.ts';
import type { EntityRouting } from '../../core/bronze/classify.ts';
import { streamObjects } from '../../core/bronze/stream-objects.ts';
import type { ObjectStore } from '../../core/ports/object-store.ts';
import { streamRecords } from './stream-records.ts';

export interface WriteBatch {
  readonly store: Pick<ObjectStore, 'put'>;
  /** Of all contracts: the types not among them are kept as unparsable. */
  readonly routing: readonly EntityRouting[];
  readonly logger: Pick<Logger, 'info' | 'error'>;
  readonly metrics: Pick<Metrics, 'addMetric' | 'publishStoredMetrics'>;
}

/** A batch has seldom more than a few objects; one with late events may have hundreds. */
const PUTS_AT_ONCE = 16;

/**
 * Writes a Kinesis batch to bronze, all of it or none that counts: if the store fails, after its retries, the batch is
 * reported from its first record on and so delivered again whole. The same batch gives the same keys and bytes, so what was
 * written lands on itself. Data never fails a batch: what cannot be parsed is written, too. Anything else that throws is a
 * defect, and is left to Lambda, which bisects the batch and so leaves out the record that shows it.
 */
export function batchWriter({ store, routing, logger, metrics }: WriteBatch) {
  return async ({ Records: batch }: KinesisStreamEvent): Promise<KinesisStreamBatchResponse> => {
    const [first] = batch;
    if (!first) return { batchItemFailures: [] };
    const records = await streamRecords(batch);
    const objects = streamObjects(records, routing);
    const about = {
      shard: records[0]!.shardId,
      first: first.kinesis.sequenceNumber,
      last: batch.at(-1)!.kinesis.sequenceNumber,
      received: records.length,
    };
    try {
      await atOnce(PUTS_AT_ONCE, objects, ({ object, content }) => store.put(object.key, content));
    } catch (error) {
      logger.error('not written: the batch will be delivered again', { ...about, error: error as Error });
      metrics.addMetric('BatchesFailed', 'Count', 1);
      metrics.publishStoredMetrics();
      return { batchItemFailures: [{ itemIdentifier: first.kinesis.sequenceNumber }] };
    }
    const rejects = objects.filter(({ object }) => object.entity === UNPARSABLE);
    const unparsable = rejects.reduce((sum, { object }) => sum + object.rows, 0);
    metrics.addMetric('RecordsReceived', 'Count', records.length);
    metrics.addMetric('RecordsUnparsable', 'Count', unparsable);
    metrics.addMetric('ObjectsWritten', 'Count', objects.length);
    metrics.publishStoredMetrics();
    logger.info('written', { ...about, unparsable, objects: objects.length });
    return { batchItemFailures: [] };
  };
}
