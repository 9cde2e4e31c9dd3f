import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contract } from '../../core/contract/contract.ts';
import { entityModels } from '../../core/contract/entity-models.ts';
import { unparsableModel } from '../../core/contract/unparsable-model.ts';
import { ConfigurationError } from '../../core/errors.ts';
import { checkDaysRead } from '../../core/model/days-read.ts';
import { goldModel } from '../../core/model/gold-model.ts';
import { assembleProject, type Project } from '../../core/model/project.ts';

/** A project as its files declare it. */
export interface LoadedProject extends Project {
  readonly contracts: readonly Contract[];
  /** The macros of `sql/prelude.sql`. */
  readonly prelude: string;
}

/**
 * Reads the contracts (modules, one an entity, each with a contract as default export) and the SQL (`prelude.sql`, and in
 * `gold/` one file a model) of a project.
 * @throws ConfigurationError naming the file and what was expected
 */
export async function loadProject(folders: {
  readonly contracts: string;
  readonly sql: string;
}): Promise<LoadedProject> {
  const contracts: Contract[] = [];
  for (const name of (await readdir(folders.contracts)).filter((file) => /\.[jt]s$/.test(file)).sort()) {
    const module = (await import(pathToFileURL(join(folders.contracts, name)).href)) as { default?: Contract };
    const entity = name.replace(/\.[jt]s$/, '');
    if (module.default?.entity !== entity) {
      throw new ConfigurationError(
        `contracts/${entity}.ts: expected a default export of contract({ entity: '${entity}', … })`,
      );
    }
    contracts.push(module.default);
  }
  return projectOf(contracts, folders.sql);
}

/** The project that contracts and a folder of SQL make. Throws as `loadProject` does. */
export async function projectOf(contracts: readonly Contract[], sql: string): Promise<LoadedProject> {
  const prelude = await readFile(join(sql, 'prelude.sql'), 'utf8');
  const gold = join(sql, 'gold');
  const files = (await readdir(gold)).filter((file) => file.endsWith('.sql')).sort();
  const models = await Promise.all(
    files.map(async (file) => goldModel(`sql/gold/${file}`, await readFile(join(gold, file), 'utf8'), prelude)),
  );
  const silver = contracts.flatMap((contract) => entityModels(contract, prelude));
  const project = assembleProject([...silver, unparsableModel(prelude), ...models]);
  checkDaysRead(project);
  return { ...project, contracts, prelude };
}
