import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contractArtifacts, publishedPath } from '../core/contract/artifacts.ts';
import { breakingChanges } from '../core/contract/breaking-changes.ts';
import type { AnyContract } from '../core/contract/contract.ts';
import { publishedContract } from '../core/contract/published-contract.ts';

/** Folders that hold generated files and nothing else: what no contract gives any more is deleted from them. */
const GENERATED = ['sql/silver', 'schemas', 'docs/contracts'];

/**
 * Writes the generated files of all contracts below `root`. A contract that breaks its published form is left alone and told
 * among the problems: otherwise generating would publish the breach.
 */
export function generate(contracts: readonly AnyContract[], root: string): { written: string[]; problems: string[] } {
  const prelude = readFileSync(join(root, 'sql/prelude.sql'), 'utf8');
  const written: string[] = [];
  const problems: string[] = [];
  const kept = new Set<string>();
  for (const contract of contracts) {
    const broken = breaches(contract, root);
    problems.push(...broken);
    for (const [path, text] of contractArtifacts(contract, prelude)) {
      kept.add(path);
      if (broken.length > 0) continue;
      const file = join(root, path);
      if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      written.push(path);
    }
  }
  for (const folder of GENERATED) {
    for (const name of existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []) {
      if (!kept.has(`${folder}/${name}`)) rmSync(join(root, folder, name), { recursive: true });
    }
  }
  return { written, problems };
}

/** What a contract breaks of its published form, in sentences that name the file and the way out. */
export function breaches(contract: AnyContract, root: string): string[] {
  const file = join(root, publishedPath(contract.entity));
  if (!existsSync(file)) return [];
  const changes = breakingChanges(JSON.parse(readFileSync(file, 'utf8')), publishedContract(contract));
  return changes.map((change) => `contracts/${contract.entity}.ts: ${change}. Undo it, or raise its version.`);
}
