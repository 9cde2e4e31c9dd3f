import { ConfigurationError } from '../errors.ts';
import { daysInWords, keepsAll } from './days-kept.ts';
import type { Project } from './project.ts';
import { formatWindow } from './window.ts';

/**
 * Checks that what a model reads of its own day is there on that day: a day that a table does not keep would be read as empty.
 * @throws ConfigurationError naming the model's file and the input
 */
export function checkDaysRead({ models, tables }: Project): void {
  for (const { name, file, inputs, partitions, keep } of models) {
    for (const { table, window } of inputs) {
      const input = tables.get(table)?.model;
      if (!input || input.partitions === 'month' || partitions === 'month' || formatWindow(window) !== '[0]') continue;
      if (keepsAll(input.keep, keep)) continue;
      throw new ConfigurationError(
        `${file}: inputs.${table}: has only ${daysInWords(input.keep)}, but ${name} asks for ${daysInWords(keep)}: expected no more days than the input has`,
      );
    }
  }
}
