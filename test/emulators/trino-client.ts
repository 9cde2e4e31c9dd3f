/** Statistics of a query, as Trino's REST API gives them. */
interface TrinoStats {
  readonly state: string;
  readonly queued: boolean;
  readonly elapsedTimeMillis: number;
  readonly physicalInputBytes?: number;
  readonly processedBytes?: number;
}

export interface TrinoResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly stats: TrinoStats;
}

/** Trino refused or failed a statement. */
export class TrinoError extends Error {
  override name = 'TrinoError';
  /** Such as `COLUMN_NOT_FOUND`. */
  readonly errorName: string;
  /** USER_ERROR, INTERNAL_ERROR, INSUFFICIENT_RESOURCES or EXTERNAL. */
  readonly errorType: string;
  constructor(error: { readonly message: string; readonly errorName: string; readonly errorType: string }) {
    super(error.message);
    this.errorName = error.errorName;
    this.errorType = error.errorType;
  }
}

interface Page {
  readonly nextUri?: string;
  readonly columns?: TrinoResult['columns'];
  readonly data?: readonly (readonly unknown[])[];
  readonly error?: ConstructorParameters<typeof TrinoError>[0];
  readonly stats: TrinoStats;
}

/** Trino's REST API: a statement is posted, and its pages are followed to the end. */
export class TrinoClient {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  /**
   * @param schema the default schema of `catalog`
   * @throws TrinoError if the statement failed
   */
  async run(sql: string, { catalog, schema, signal, prepared = {} }: RunOptions = {}): Promise<TrinoResult> {
    const headers = {
      'X-Trino-User': 'sluice',
      'X-Trino-Time-Zone': 'UTC',
      'Content-Type': 'text/plain; charset=utf-8',
      ...(catalog ? { 'X-Trino-Catalog': catalog } : {}),
      ...(schema ? { 'X-Trino-Schema': schema } : {}),
      'X-Trino-Prepared-Statement': Object.entries(prepared)
        .map(([name, text]) => `${name}=${encodeURIComponent(text)}`)
        .join(),
    };
    let page = await fetchPage(`${this.#endpoint}/v1/statement`, { method: 'POST', headers, body: sql });
    let columns: TrinoResult['columns'] = [];
    const rows: (readonly unknown[])[] = [];
    for (;;) {
      if (page.error) throw new TrinoError(page.error);
      columns = page.columns ?? columns;
      rows.push(...(page.data ?? []));
      if (page.nextUri === undefined) return { columns, rows, stats: page.stats };
      if (signal?.aborted) {
        await fetch(page.nextUri, { method: 'DELETE' });
        signal.throwIfAborted();
      }
      page = await fetchPage(page.nextUri);
    }
  }
}

export interface RunOptions {
  readonly catalog?: string;
  readonly schema?: string;
  /** Statements that this one may name. */
  readonly prepared?: Readonly<Record<string, string>>;
  /** Ends the query. */
  readonly signal?: AbortSignal;
}

async function fetchPage(url: string, request?: RequestInit): Promise<Page> {
  const response = await fetch(url, request);
  if (!response.ok) throw new Error(`Trino answered ${response.status}: ${await response.text()}`);
  return JSON.parse(withLongNumbersAsTexts(await response.text())) as Page;
}

/** Integers that a JavaScript number would lose become texts; what stands within texts stays. */
function withLongNumbersAsTexts(json: string): string {
  return json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
}
