import type { Contract } from './contract.ts';
import { docsPage } from './docs-page.ts';
import { entityModels } from './entity-models.ts';
import { jsonSchema } from './json-schema.ts';
import { publishedContract } from './published-contract.ts';
import { silverSqlFiles } from './silver-sql-files.ts';

/** Where the published form of a contract is committed. */
export function publishedPath(entity: string): string {
  return `contracts/published/${entity}.json`;
}

/** Every file that is generated from a contract: path below the project root, and text. */
export function contractArtifacts(contract: Contract, prelude: string): ReadonlyMap<string, string> {
  const { entity } = contract;
  return new Map([
    ...entityModels(contract, prelude).flatMap((model) => [...silverSqlFiles(model)]),
    [`schemas/${entity}.json`, json(jsonSchema(contract))],
    [`docs/contracts/${entity}.md`, docsPage(contract)],
    [publishedPath(entity), json(publishedContract(contract))],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
