import fc from 'fast-check';
import type { BronzeObject, IngestedFile } from '../../core/bronze/bronze-object.ts';
import { addDays } from '../../core/dates.ts';
import type { Change, PartitionVersion } from '../../core/ledger/commit.ts';

const day = fc.integer({ min: 0, max: 3 }).map((n) => addDays('2026-01-30', n));
const table = fc.constantFrom('silver.a', 'quarantine.a', 'gold.b');
const hash = fc.constantFrom('h1', 'h2', 'h3');

const bronze: fc.Arbitrary<BronzeObject> = fc
  .record({
    entity: fc.constantFrom('a', 'b', 'unparsable'),
    ingestDate: day,
    eventDate: fc.oneof(day, fc.constant('unknown')),
    rows: fc.nat(9),
    bytes: fc.nat(999),
    name: fc.uuid(),
  })
  .map(({ name, ...object }) => ({ ...object, key: `bronze/${name}.parquet` }));

const file: fc.Arbitrary<IngestedFile> = fc.record({
  hash,
  entity: fc.constantFrom(null, 'a', 'b'),
  name: fc.string(),
  ingestDate: day,
  records: fc.nat(9),
});

const version: fc.Arbitrary<PartitionVersion> = fc.record({
  table,
  dt: day,
  files: fc.array(fc.uuid(), { maxLength: 2 }),
  rows: fc.nat(9),
  bytes: fc.nat(999),
  checksum: fc.constantFrom('empty', 'sim:1', 'sim:2'),
  inputDigest: hash,
  codeDigest: hash,
  run: fc.constantFrom('run-1', 'run-2'),
  basis: fc.nat(20),
  release: fc.constantFrom('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
});

/** What one commit may change: often the same few partitions and files, so that commits contradict each other. */
export const randomChange: fc.Arbitrary<Change> = fc.record(
  {
    bronze: fc.array(bronze, { maxLength: 3 }),
    files: fc.array(file, { maxLength: 2 }),
    publish: fc.uniqueArray(version, { maxLength: 4, selector: ({ table, dt }) => `${table} ${dt}` }),
    retire: fc.array(fc.record({ table, dt: day }), { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
