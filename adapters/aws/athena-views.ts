/** Relations that are only text: put before each statement that reads them, as common table expressions. */
export class AthenaViews {
  readonly #views = new Map<string, string>();

  add(name: string, sql: string): void {
    this.#views.set(name, sql);
  }

  /**
   * The statement with the views that it reads, directly or through others, and no more. Athena refuses a statement that
   * names one of them itself in its own `with`.
   */
  before(sql: string): string {
    const needed = new Set<string>();
    this.#collect(sql, needed);
    if (needed.size === 0) return sql;
    // In the order in which they were made: each after those it reads.
    const views = [...this.#views].filter(([name]) => needed.has(name));
    const expressions = views.map(([name, text]) => `${name} as (\n${text}\n)`).join(',\n');
    const own = /^((?:\s|--.*\n)*)with\s/i.exec(sql);
    // Its own expressions follow: within parentheses the order of its rows would be lost.
    return own ? `with ${expressions},\n${sql.slice(own[0].length)}` : `with ${expressions}\n${sql}`;
  }

  /** A name in a comment or a text counts as well: the view is then put there for nothing. */
  #collect(sql: string, needed: Set<string>): void {
    const words = new Set(sql.match(/[a-z_][a-z0-9_]*/gi));
    for (const [name, text] of this.#views) {
      if (needed.has(name) || !words.has(name)) continue;
      needed.add(name);
      this.#collect(text, needed);
    }
  }
}
