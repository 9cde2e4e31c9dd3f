import { amount, type Entity, type Happening, oneOfFew } from '../entity.ts';
import { garbage, instead, nulled, truncated, withMember, without } from '../spoil.ts';

/** A model decided on a price, or on what shipping costs. */
export interface Decision extends Happening {
  kind: 'decisions';
  type: 'pricing' | 'shipping';
  sku: string | undefined;
  zone: string | undefined;
  grams: number | undefined;
  inputCents: number;
  outputCents: number;
  model: string;
  experiment: string | undefined;
  variant: string | undefined;
}

export const decisions: Entity<Decision> = {
  data: (event, time) =>
    `"request_id":"r${event.number}"${decisionType(event.type)},"user_id":"${event.person.id}"` +
    `${sku(event.sku)}${zone(event.zone)}` +
    `${event.grams === undefined ? '' : `,"input_weight_kg":${event.grams / 1000}`}` +
    `,"input_price":${amount(event.inputCents)},"output_price":${amount(event.outputCents)}` +
    `${model(event.model)}${experiment(event.experiment)}${variant(event.variant)}` +
    `,"timestamp":"${time}"`,
  defects: {
    'no request_id': without('request_id'),
    'null user_id': nulled('user_id'),
    'unknown type of decision': instead('decision_type', '"weather"'),
    'no decision_type': without('decision_type'),
    'text output price': instead('output_price', '"free"'),
    'negative output price': instead('output_price', '-0.01'),
    'output price of three decimals': instead('output_price', '10.005'),
    'output price too large': instead('output_price', '"12345678901234567.00"'),
    'no output_price': without('output_price'),
    'text input price': instead('input_price', '"1.299,00"'),
    'negative input price': instead('input_price', '-1'),
    'negative input weight': withMember('input_weight_kg', '-1', 'decision_type'),
    'no model_version': without('model_version'),
    'impossible timestamp': instead('timestamp', '"yesterday"'),
    'no timestamp': without('timestamp'),
    truncated,
    garbage,
  },
};

const decisionType = oneOfFew('decision_type');
const sku = oneOfFew('sku');
const zone = oneOfFew('zone');
const model = oneOfFew('model_version');
const experiment = oneOfFew('experiment');
const variant = oneOfFew('variant');
