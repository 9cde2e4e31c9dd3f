import { GlueClient } from '@aws-sdk/client-glue';
import { S3Client } from '@aws-sdk/client-s3';

/** Settings of SDK clients for an emulator. */
export function emulated(endpoint: string) {
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

export function s3At(endpoint: string): S3Client {
  return new S3Client({ ...emulated(endpoint), forcePathStyle: true });
}

export function glueAt(endpoint: string): GlueClient {
  return new GlueClient(emulated(endpoint));
}
