import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import type { GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { AthenaEngine, type AthenaOptions } from '../../adapters/aws/athena-engine.ts';
import { S3Store } from '../../adapters/aws/s3-store.ts';
import type { AthenaEndpoints } from '../emulators/athena-setup.ts';
import { emulated, glueAt, s3At } from '../emulators/clients.ts';
import { TrinoClient } from '../emulators/trino-client.ts';

/** An empty warehouse on emulated S3 and Glue, and the real engine over them, whose Athena is Trino. */
export class Deployment {
  readonly bucket: string;
  readonly databases: string;
  readonly store: S3Store;
  readonly glue: GlueClient;
  readonly athena: AthenaClient;
  readonly engine: AthenaEngine;
  readonly trino: TrinoClient;

  private constructor(endpoints: AthenaEndpoints, bucket: string) {
    this.bucket = bucket;
    this.databases = bucket.replaceAll('-', '_');
    this.store = new S3Store(s3At(endpoints.aws), bucket);
    this.glue = glueAt(endpoints.aws);
    this.athena = new AthenaClient(emulated(endpoints.athena));
    this.trino = new TrinoClient(endpoints.trino);
    this.engine = this.engineWith({});
  }

  static async create(endpoints: AthenaEndpoints): Promise<Deployment> {
    const bucket = `test-${randomBytes(4).toString('hex')}`;
    await s3At(endpoints.aws).send(new CreateBucketCommand({ Bucket: bucket }));
    return new Deployment(endpoints, bucket);
  }

  /** Another engine over the same. */
  engineWith(options: Partial<AthenaOptions>): AthenaEngine {
    const { athena, glue, store, bucket, databases } = this;
    // Trino answers at once what Athena would take seconds for.
    const pause = (milliseconds: number): Promise<void> => sleep(Math.min(milliseconds, 15));
    return new AthenaEngine({ athena, glue, store, bucket, databases, workgroup: 'primary', pause, ...options });
  }
}
