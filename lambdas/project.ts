import { fileURLToPath } from 'node:url';
import { type LoadedProject, loadProject } from '../adapters/local/project-files.ts';

/** Where `scripts/lambda-project.js` puts the project in a Lambda's asset: beside the bundle. */
const FOLDER = new URL('./project/', import.meta.url);

/**
 * The project that the function was deployed with: every contract and every model. To be awaited once, at cold start.
 * @throws ConfigurationError as `loadProject` does
 */
export function deployedProject(folder = FOLDER): Promise<LoadedProject> {
  const path = (name: string) => fileURLToPath(new URL(name, folder));
  return loadProject({ contracts: path('contracts'), sql: path('sql') });
}
