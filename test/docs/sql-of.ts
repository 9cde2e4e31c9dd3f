/** The queries of a page: its blocks of SQL, and what its commands give to `sluice query` in double quotes. */
export function sqlOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql]) => sql!.trim());
  const commands = [...markdown.matchAll(/sluice query (?:--?[\w-]+(?: [\w:-]+)? )*"([^"…]*\s[^"…]*)"/g)].map(
    ([, sql]) => sql!,
  );
  return [...blocks, ...commands];
}
