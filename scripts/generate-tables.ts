import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { lineagePicture } from '../core/lineage/picture.ts';
import type { ContractedProject } from '../core/lineage/project-lineage.ts';
import { tablesPage } from '../core/lineage/tables-page.ts';

const PAGE = 'docs/tables.md';
const PICTURE = 'docs/pictures/tables.svg';

/** The files that are generated from a whole project: path below its root, and text. */
export function tableFiles(project: ContractedProject): ReadonlyMap<string, string> {
  return new Map([
    [PAGE, tablesPage(project, { picture: relative(dirname(PAGE), PICTURE) })],
    [PICTURE, lineagePicture(project)],
  ]);
}

/** Writes those that are not up to date, and gives their paths. */
export function generateTables(project: ContractedProject, root: string): string[] {
  return [...tableFiles(project)].flatMap(([path, text]) => {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return [];
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return [path];
  });
}
