import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sluice, temporaryFolder } from './sluice.ts';

describe('what people get wrong is told plainly, without a stack trace', () => {
  const folder = temporaryFolder();
  const warehouse = join(folder, 'warehouse');
  const inFolder = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  beforeAll(async () => {
    const event = {
      specversion: '1.0',
      id: 'e1',
      source: 's',
      type: 'transactions',
      data: {
        transaction_id: 't1',
        user_id: 'u1',
        product_id: 'p',
        quantity: 1,
        price: '2.50',
        timestamp: '2026-01-05T10:00:00Z',
      },
    };
    await sluice(warehouse, 'ingest', inFolder('good.jsonl', `${JSON.stringify(event)}\n`));
    await sluice(warehouse, 'run');
  });

  it.each([
    ['an unknown table', ['query', 'select * from gold.sesions'], 'no table gold.sesions; did you mean gold.sessions?'],
    ['a table without its layer', ['query', 'select * from sessions'], 'did you mean gold.sessions?'],
    ['an unknown column', ['query', 'select userid from silver.transactions'], 'user_id'],
    ['bad SQL', ['query', 'selec 1'], 'the query was refused'],
    ['a time in words', ['query', '--as-of', 'yesterday', 'select 1'], 'yesterday is neither a run'],
    ['the same on AWS', ['query', '--target', 'aws', '--as-of', 'yesterday', 'select 1'], 'nor a time such as'],
    ['a date in another form', ['plan', '--from', '5.1.2026'], 'YYYY-MM-DD'],
    ['a day that is not in the calendar', ['plan', '--to', '2026-02-30'], 'YYYY-MM-DD'],
    ['a range the wrong way round', ['plan', '--from', '2026-02-02', '--to', '2026-02-01'], 'is after'],
    ['an unknown option', ['run', '--al'], '--al'],
    ['an unknown command', ['rnu'], 'unknown command'],
    ['an unknown table to build', ['run', '--tables', 'sesions'], 'did you mean gold.sessions?'],
    ['a path that is not there', ['ingest', '/no/such/file.jsonl'], 'does not exist'],
    ['an unknown entity', ['ingest', '--entity', 'transaction', '.'], 'did you mean transactions?'],
  ])('%s', async (_, args, message) => {
    const answer = await sluice(warehouse, ...args);
    expect(answer.code).toBe(2);
    expect(answer.err).toContain(message);
    expect(answer.err).not.toMatch(/\n\s+at /);
    expect(answer.out).toBe('');
  });

  it('a warehouse that is not there', async () => {
    const answer = await sluice(join(folder, 'nowhere'), 'status');
    expect(answer).toMatchObject({ code: 2, out: '' });
    expect(answer.err).toContain('there is no warehouse');
  });

  it('files of an unknown kind, a CSV without its entity, a CSV of something else, an impossible arrival folder', async () => {
    expect(await sluice(warehouse, 'ingest', inFolder('notes.txt', 'x'))).toMatchObject({ code: 2 });
    expect((await sluice(warehouse, 'ingest', inFolder('t.csv', 'a,b\n1,2\n'))).err).toContain('add --entity');
    const other = await sluice(warehouse, 'ingest', '--entity', 'transactions', join(folder, 't.csv'));
    expect(other.code).toBe(1);
    expect(other.err).toContain('transaction_id');
    mkdirSync(join(folder, 'ingest_date=2026-13-01'));
    expect((await sluice(warehouse, 'ingest', inFolder('ingest_date=2026-13-01/e.jsonl', '{}\n'))).err).toContain(
      'ingest_date=2026-13-01',
    );
  });
});
