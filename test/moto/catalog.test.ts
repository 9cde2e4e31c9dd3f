import { describe, inject } from 'vitest';
import { glueAt } from '../emulators/clients.ts';
import { newCatalog } from '../emulators/glue-catalogs.ts';
import { catalogSuite } from '../ports/catalog-suite.ts';

const endpoint = inject('moto');

describe.skipIf(!endpoint)('Glue over moto', () => {
  const client = glueAt(endpoint!);

  catalogSuite('GlueCatalog', (tables) => newCatalog(client, tables));
});
