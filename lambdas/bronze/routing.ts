import { readFileSync } from 'node:fs';
import type { LoadedEntity } from '../../adapters/local/bulk/file-to-load.ts';

/**
 * The routing of all contracts that the function was deployed with, as `scripts/lambda-project.js` derived it. Read instead
 * of the contracts themselves, whose schemas take longer to load than a batch to write.
 */
export function deployedRouting(file = new URL('./project/routing.json', import.meta.url)): readonly LoadedEntity[] {
  return JSON.parse(readFileSync(file, 'utf8')) as LoadedEntity[];
}
