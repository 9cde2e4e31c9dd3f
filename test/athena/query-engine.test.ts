import { describe, inject } from 'vitest';
import { queryEngineSuite } from '../ports/query-engine-suite.ts';
import { Deployment } from './deployment.ts';

const endpoints = inject('athena');

describe.skipIf(!endpoints)('over Trino', () => {
  queryEngineSuite('AthenaEngine', async () => {
    const { engine } = await Deployment.create(endpoints!);
    return { engine, close: async () => {} };
  });
});
