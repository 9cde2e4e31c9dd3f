import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { S3Store } from '../../adapters/aws/s3-store.ts';

let buckets = 0;

/** The name of a bucket that is new to this emulator. */
async function newBucket(client: S3Client): Promise<string> {
  const Bucket = `test-${process.pid}-${++buckets}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

/** A store in a bucket of its own. */
export async function newStore(client: S3Client): Promise<S3Store> {
  return new S3Store(client, await newBucket(client));
}
