import { readFileSync } from 'node:fs';

/** The blocks of code of a page in one language, in order, each with the file that its first line names, if it does. */
export function codeBlocks(
  page: string,
  language: string,
): { readonly file: string | undefined; readonly code: string }[] {
  const text = readFileSync(page, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => ({
    file: /^(?:\/\/|#) (\S+)\n/.exec(code!)?.[1],
    code: code!,
  }));
}
