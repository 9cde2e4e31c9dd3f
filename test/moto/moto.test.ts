import { CreateBucketCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { describe, expect, inject, it } from 'vitest';
import { s3At } from '../emulators/clients.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('moto', () => {
  it('answers', async () => {
    const s3 = s3At(endpoint!);
    await s3.send(new CreateBucketCommand({ Bucket: 'answers' }));
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toContain('answers');
  });
});
