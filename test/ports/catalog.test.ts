import { catalogSuite } from './catalog-suite.ts';
import { MemoryCatalog } from './memory-catalog.ts';

catalogSuite('MemoryCatalog', async (tables) => new MemoryCatalog(tables.map(({ table }) => table)));
