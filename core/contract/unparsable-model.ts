import { UNPARSABLE } from '../bronze/bronze-object.ts';
import type { Model } from '../model/model.ts';
import { accountsSql, balanceOutput } from './balance-output.ts';
import { codeDigest } from './code-digest.ts';
import { QUARANTINE_COLUMNS } from './quarantine-columns.ts';
import { receivedSteps } from './received-sql.ts';

/** The model of what could not be parsed or routed to an entity: all of it is quarantined, on the day it arrived. */
export function unparsableModel(prelude: string): Model {
  const columns = QUARANTINE_COLUMNS.map(({ name }) => (name === 'reasons' ? 'reason as reasons' : name));
  const table = `quarantine.${UNPARSABLE}`;
  const model: Omit<Model, 'codeDigest'> = {
    name: table,
    inputs: [{ table: `bronze.${UNPARSABLE}`, window: { kind: 'days', from: 0, to: 0 } }],
    partitions: 'day',
    keep: ['all'],
    steps: () => receivedSteps(`bronze_${UNPARSABLE}`, 'ingest_date'),
    outputs: [
      {
        table,
        meaning: 'A record that could not be parsed or routed to an entity, as received.',
        columns: QUARANTINE_COLUMNS,
        sql: `select ${columns.join(', ')}, dt\nfrom received`,
        audits: [],
      },
      balanceOutput(UNPARSABLE, {
        received: 'select dt, count(*) as received, count(*) as quarantined\nfrom received\ngroup by dt',
        accepted: 'select dt, cast(0 as bigint) as accepted\nfrom targets',
        duplicates: 'select dt, cast(0 as bigint) as duplicates\nfrom targets',
      }),
    ],
    accounts: accountsSql(UNPARSABLE),
    file: 'core/contract/unparsable-model.ts',
  };
  return { ...model, codeDigest: codeDigest(model, prelude) };
}
