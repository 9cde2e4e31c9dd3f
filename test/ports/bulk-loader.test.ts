import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadFiles } from '../../adapters/local/bulk/load-files.ts';
import { DirectoryStore } from '../../adapters/local/directory-store.ts';
import { ROUTING } from '../bronze/temporary-warehouse.ts';
import { bulkLoaderSuite } from './bulk-loader-suite.ts';

bulkLoaderSuite('loadFiles', async () => {
  const warehouse = await mkdtemp(join(tmpdir(), 'sluice-loader-'));
  const landing = join(warehouse, 'landing');
  await mkdir(landing);
  return {
    load: (files, id) => loadFiles(files, { warehouse, id, routing: ROUTING }),
    put: async (name, content) => {
      await writeFile(join(landing, name), content);
      return join(landing, name);
    },
    store: new DirectoryStore(warehouse),
    close: () => rm(warehouse, { recursive: true }),
  };
});
