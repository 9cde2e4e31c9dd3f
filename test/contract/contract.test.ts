import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import interactions from '../../contracts/interactions.ts';
import transactions from '../../contracts/transactions.ts';
import { type AnyContract, contract, type EventOf } from '../../core/contract/contract.ts';
import { date, decimal, integer, oneOf, optional, text, timestamp } from '../../core/contract/field.ts';
import { mapping } from '../../core/contract/mapping.ts';
import { dirtyRecords } from './dirty-records.ts';
import parcels from './parcels.ts';
import readings from './readings.ts';
import { judge } from './silver-oracle.ts';

const fields = { visit_id: text({ meaning: 'Which.' }), seen: timestamp({ meaning: 'When.' }) };
const sound = {
  entity: 'visits',
  version: 1,
  meaning: 'A visit.',
  fields,
  eventTime: 'seen',
  key: ['visit_id'],
} as const;

describe('a contract', () => {
  it('is refused with its file, the field and what was expected', () => {
    const refused = (change: object) => expect(() => contract({ ...sound, ...change }));
    const withField = (name: string, field: unknown) => ({ fields: { ...fields, [name]: field } });
    const word = text({ meaning: 'A word.' });
    refused({ eventTime: 'visit_id' }).toThrow(
      "contracts/visits.ts: eventTime 'visit_id': expected the name of a required timestamp",
    );
    refused({ fields: { ...fields, seen: optional(fields.seen) } }).toThrow("eventTime 'seen'");
    refused({ key: [] }).toThrow('key: expected at least one field');
    refused({ key: ['nothing'] }).toThrow("key 'nothing'");
    refused({ ...withField('note', optional(word)), key: ['note'] }).toThrow(
      "key 'note': expected the name of a required field",
    );
    refused({ order: ['nothing'] }).toThrow("order 'nothing'");
    refused({ version: 0 }).toThrow('version 0');
    refused({ withinDays: 0 }).toThrow('withinDays 0: expected a whole number of days from 1');
    refused({ withinDays: 1.5 }).toThrow('withinDays 1.5');
    refused({ earliest: '1990' }).toThrow("earliest '1990': expected a day as YYYY-MM-DD");
    refused({ accept: {} }).toThrow('accept: expected lateDays, aheadDays or both');
    refused({ accept: { lateDays: -1 } }).toThrow('accept.lateDays -1: expected a whole number of days from 0');
    refused({ accept: { lateDays: 1, aheadDays: 0.5 } }).toThrow('accept.aheadDays 0.5');
    refused({ entity: 'unparsable' }).toThrow("entity 'unparsable'");
    refused(withField('userId', word)).toThrow("field 'userId' is not in snake_case");
    refused(withField('dt', word)).toThrow("field 'dt' has the name of a column that every table has");
    refused(withField('payload', word)).toThrow("field 'payload'");
    refused(withField('order', word)).toThrow("field 'order' is a reserved word");
    refused(withField('word', text({ meaning: '' }))).toThrow("field 'word' has no meaning");
    refused(withField('word', text({ meaning: 'A word.', pattern: '[a-z]+' }))).toThrow('expected one from ^ to $');
    refused(withField('big', integer({ meaning: 'Big.', max: 2 ** 60 }))).toThrow('below 2^53');
    refused(withField('price', decimal(4, 2, { meaning: 'Price.', max: '1.005' }))).toThrow('bound 1.005');
    refused(withField('price', decimal(2, 2, { meaning: 'Price.' }))).toThrow('decimal(2,2)');
    refused(withField('side', oneOf(['a', 'a'], { meaning: 'Side.' }))).toThrow('lists a value twice');
    const email = text({ meaning: 'Whose.', pii: 'direct' });
    refused({ ...withField('email', email), order: ['email'] }).toThrow(
      "order 'email': is kept as a keyed hash, whose order means nothing",
    );
    refused(withField('born', date({ meaning: 'When.', pii: 'direct' }))).toThrow(
      "field 'born' is personal data and a date, but only a text is kept as a keyed hash: expected a text, or protection: 'none'",
    );
    refused(withField('word', text({ meaning: 'A word.', protection: 'keyed-hash' }))).toThrow('has no pii');
    refused(
      withField('word', oneOf(['a'], { meaning: 'A word.', pii: 'pseudonym', protection: 'keyed-hash' })),
    ).toThrow('and a one-of');
    refused(withField('word', text({ meaning: 'A word.', standardise: [] }))).toThrow('standardised by nothing');
    refused(withField('word', text({ meaning: 'A word.', standardise: ['upper', 'lower'] }))).toThrow(
      'standardised to upper and lower: expected one of them',
    );
    contract({ ...sound, ...withField('born', date({ meaning: 'When.', pii: 'direct', protection: 'none' })) });
    contract({ ...sound, fields: { ...fields, email }, key: ['email'] });
    expect(contract(sound).order).toEqual([]);
  });

  it('is dated by an event time or by arrival, not both', () => {
    const { eventTime: _, ...timeless } = sound;
    const refused = (change: object) => expect(() => contract({ ...timeless, ...change }));
    refused({}).toThrow("eventTime: expected the name of a required timestamp field, or dated: 'arrival'");
    refused({ dated: 'arrival', eventTime: 'seen' }).toThrow('eventTime: expected none');
    refused({ dated: 'arrival', withinDays: 2 }).toThrow('withinDays: expected none');
    refused({ dated: 'arrival', accept: { lateDays: 1 } }).toThrow('accept: expected none');
    refused({ dated: 'arrival', earliest: '2000-01-01' }).toThrow('earliest: expected none');
    expect(contract({ ...timeless, dated: 'arrival' }).eventTime).toBeUndefined();
  });

  it('with a history that cannot be told is refused', () => {
    const refused = (change: object) => expect(() => contract({ ...sound, ...change }));
    const flag = text({ meaning: 'A word.' });
    refused({ historyKey: ['visit_id'] }).toThrow('historyKey: expected none without history');
    refused({ historyDays: ['last'] }).toThrow('historyDays: expected none without history');
    for (const historyDays of [[], ['all', 'last'], ['month-start' as 'last']] as const) {
      refused({ history: 'changes', historyDays }).toThrow(
        `historyDays [${historyDays.join(', ')}]: expected all, or a list of month-end and last`,
      );
    }
    refused({ history: 'snapshot', historyKey: ['visit_id'] }).toThrow(
      'historyKey: expected none, a row of a snapshot',
    );
    refused({ historyVersion: 'seen' }).toThrow('historyVersion: expected none without history');
    refused({ history: 'changes', historyVersion: 'seen' }).toThrow('historyVersion: expected none, the event time');
    for (const historyVersion of ['nothing', 'visit_id', ...sound.key]) {
      refused({ history: 'snapshot', historyVersion }).toThrow(`historyVersion '${historyVersion}': expected the name`);
    }
    refused({ history: 'snapshot', withinDays: 2 }).toThrow('withinDays: expected none, a snapshot repeats');
    refused({ history: 'changes', key: ['seen'] }).toThrow('historyKey: expected at least one field besides');
    refused({ history: 'changes', historyKey: ['nothing'] }).toThrow("historyKey 'nothing'");
    refused({ history: 'changes', fields: { ...fields, deleted: flag } }).toThrow("field 'deleted' removes a key");
    refused({ history: 'changes', fields: { ...fields, valid_from: flag } }).toThrow("field 'valid_from' has the name");
    const { eventTime: _, ...timeless } = sound;
    expect(() => contract({ ...timeless, dated: 'arrival', history: 'changes' })).toThrow('expected an eventTime');
  });

  it('with a derived column or a cluster of nothing is refused', () => {
    const zone = mapping({ from: 'visit_id', map: { a: 'b' }, otherwise: 'c', meaning: 'Which.' });
    const refused = (change: object) => expect(() => contract({ ...sound, ...change }));
    refused({ derived: { zone: { ...zone, from: 'nothing' } } }).toThrow("derived 'zone' maps 'nothing'");
    refused({ derived: { zone: { ...zone, from: 'seen' } } }).toThrow("derived 'zone' maps 'seen'");
    refused({ derived: { zone: { ...zone, map: {} } } }).toThrow('maps nothing');
    refused({ derived: { zone: { ...zone, map: { ' ': 'b' } } } }).toThrow("maps ' '");
    refused({ derived: { zone: { ...zone, map: { a: 'b', 'A ': 'c' } } } }).toThrow("maps 'A ' twice");
    refused({ derived: { zone: { ...zone, meaning: '' } } }).toThrow('has no meaning');
    refused({ derived: { seen: zone } }).toThrow("derived 'seen' has the name of a field");
    refused({ derived: { Zone: zone } }).toThrow("derived 'Zone' is not in snake_case");
    refused({
      fields: { ...fields, email: text({ pii: 'direct', meaning: 'Whose.' }) },
      derived: { zone: { ...zone, from: 'email' } },
    }).toThrow('which is kept as a keyed hash');
    refused({ cluster: ['zone'] }).toThrow("cluster 'zone': expected the name of a field or a derived column");
    expect(contract({ ...sound, derived: { zone }, cluster: ['zone'] }).cluster).toEqual(['zone']);
  });

  it('gives the type of its events, without numbers that lose digits', () => {
    expectTypeOf<EventOf<typeof transactions>>().toEqualTypeOf<{
      transaction_id: string;
      user_id: string;
      product_id: string;
      quantity: bigint;
      price: string;
      timestamp: string;
      channel?: string;
      currency?: string;
      payment_method?: string;
      transaction_status?: string;
      location?: string;
    }>();
    expectTypeOf<EventOf<typeof interactions>['duration_ms']>().toEqualTypeOf<number>();
    expectTypeOf<EventOf<typeof interactions>['action_type']>().toEqualTypeOf<
      'page_view' | 'edit' | 'create' | 'delete' | 'share'
    >();
  });

  it.each([transactions, interactions, readings, parcels] as AnyContract[])(
    'lets no producer of $entity send what silver refuses',
    (entity) => {
      fc.assert(
        fc.property(dirtyRecords(entity), (records) => {
          for (const sent of records) {
            const { reasons } = judge(entity, { ...sent, envelope: { id: 'e', source: 's' } }, '');
            for (const [name, field] of Object.entries(entity.fields)) {
              const token = sent.tokens[name];
              if (token === undefined || !field.json.safeParse(JSON.parse(token)).success) continue;
              // Only silver sees the digits that a double does not have.
              if (/^-?\d+\.\d{15,}$/.test(token)) continue;
              // Half a surrogate pair in any field makes the whole record unreadable.
              if (Object.values(sent.tokens).some((other) => other !== token && other?.includes('\\ud83d"'))) continue;
              expect(
                reasons.filter((reason) => reason.startsWith(`${name}:`) && !reason.endsWith(':too_early')),
              ).toEqual([]);
            }
          }
        }),
        { numRuns: 50 },
      );
    },
  );
});
