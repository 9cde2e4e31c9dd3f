import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { goldModel } from '../../core/model/gold-model.ts';
import type { Model } from '../../core/model/model.ts';
import { goldNamed, PRELUDE } from './model-files.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A gold model as it would be after somebody has changed one place of its file; that place must be there, once. */
export function edited(name: string, place: RegExp, text: string): Model {
  const { file } = goldNamed(name);
  const written = readFileSync(join(ROOT, file), 'utf8');
  const parts = written.split(place);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places like ${place}.`);
  return goldModel(file, parts.join(text), PRELUDE);
}
