import type {
  DayContent,
  EngineSession,
  QueryEngine,
  QueryResult,
  Relation,
  ValuesRelation,
  WrittenPartition,
} from '../../core/ports/query-engine.ts';
import type { Faults } from './faults.ts';

/** An engine whose statements fail before they begin, after they took effect, or take their time. */
export class FaultyEngine implements QueryEngine {
  readonly name: string;
  readonly dialect: QueryEngine['dialect'];
  readonly #engine: QueryEngine;
  readonly #faults: Faults;

  constructor(engine: QueryEngine, faults: Faults) {
    this.name = engine.name;
    this.dialect = engine.dialect;
    this.#engine = engine;
    this.#faults = faults;
  }

  async open(id: string): Promise<EngineSession> {
    return new FaultySession(await this.#engine.open(id), this.#faults);
  }
}

class FaultySession implements EngineSession {
  readonly #session: EngineSession;
  readonly #faults: Faults;

  constructor(session: EngineSession, faults: Faults) {
    this.#session = session;
    this.#faults = faults;
  }

  define(relation: Relation | ValuesRelation): Promise<void> {
    return this.#faults.around('define', () => this.#session.define(relation));
  }

  derive(name: string, sql: string, as: 'table' | 'view'): Promise<void> {
    return this.#faults.around('derive', () => this.#session.derive(name, sql, as));
  }

  write(sql: string, prefix: string): Promise<WrittenPartition[]> {
    return this.#faults.around('write', () => this.#session.write(sql, prefix));
  }

  contents(relation: string, columns: readonly string[]): Promise<Map<string, DayContent>> {
    return this.#faults.around('contents', () => this.#session.contents(relation, columns));
  }

  query(sql: string): Promise<QueryResult> {
    return this.#faults.around('query', () => this.#session.query(sql));
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
