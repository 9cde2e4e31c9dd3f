import { type Entity, type Happening, oneOfFew, optional, remembered } from '../entity.ts';
import { garbage, instead, nulled, truncated, without } from '../spoil.ts';

/** Somebody did something in the app. */
export interface Interaction extends Happening {
  kind: 'interactions';
  action: string;
  page: number;
  duration: number;
  app: string;
}

export const interactions: Entity<Interaction> = {
  data: (event, time) =>
    `"user_id":"${event.person.id}","timestamp":"${time}"${action(event.action)}${page(event.page)}` +
    `,"duration_ms":${event.duration}${app(event.app)}${device(event.person.device)}`,
  defects: {
    'no user_id': without('user_id'),
    'null user_id': nulled('user_id'),
    'impossible timestamp': instead('timestamp', '"2026-13-45T99:00:00Z"'),
    truncated,
    garbage,
    'unknown action': instead('action_type', '"hack"'),
    'text duration': instead('duration_ms', '"12,5x"'),
    'too long': instead('duration_ms', '7200001'),
    'negative duration': instead('duration_ms', '-1'),
    'fractional duration': instead('duration_ms', '12.5'),
    'no page_id': without('page_id'),
  },
  further: { 'no app_version': without('app_version') },
};

const action = oneOfFew('action_type');
const app = oneOfFew('app_version');
const device = oneOfFew('device_type');
const page = remembered((number: number) => optional('page_id', pageName(number)));

/** One page in a thousand has a name that JSON must escape, another letters outside ASCII. */
function pageName(number: number): string {
  if (number % 1000 === 999) return `caf\\u00e9 \\"menu\\" \\\\ p${number}`;
  return number % 1000 === 998 ? `crème brûlée p${number}` : `p${number}`;
}
