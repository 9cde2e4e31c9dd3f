import { contract } from '../../core/contract/contract.ts';
import { decimal, optional, text, timestamp } from '../../core/contract/field.ts';
import { mapping } from '../../core/contract/mapping.ts';

/** Snapshots by export, dated by arrival, with standardised texts, one of them in the key, a derived column, and clustered by it. */
export default contract({
  entity: 'parcels',
  version: 1,
  meaning: 'A parcel lies in the depot.',
  fields: {
    code: text({ max: 3, pattern: '^[^a-z]*$', standardise: ['trim', 'upper'], meaning: 'Which.' }),
    town: optional(text({ standardise: ['lower'], meaning: 'Where it goes.' })),
    place: optional(text({ standardise: ['trim'], meaning: 'Where it lies.' })),
    weight: decimal(20, 2, { above: 0, meaning: 'Kilograms.' }),
    listed_at: optional(timestamp({ meaning: 'When.' })),
  },
  derived: {
    zone: mapping({
      from: 'town',
      map: { A1: "near it's", a2: 'far', ß1: 'far' },
      otherwise: 'off',
      meaning: 'How far.',
    }),
    spot: mapping({
      from: 'place',
      map: { ' a1': 'front', É1: 'back' },
      otherwise: 'off',
      missing: 'nowhere',
      meaning: 'Whereabouts.',
    }),
  },
  dated: 'arrival',
  key: ['code'],
  order: ['weight'],
  history: 'snapshot',
  historyVersion: 'listed_at',
  cluster: ['zone', 'town'],
});
