import { Mix } from '../choice.ts';
import type { Profile } from '../profile.ts';
import type { Scene } from './scene.ts';

const TYPES = new Mix([
  ['call', 0.25],
  ['email', 0.35],
  ['chat', 0.25],
  ['visit', 0.05],
  ['complaint', 0.1],
] as const);
const OUTCOMES = new Mix([
  ['resolved', 0.7],
  ['pending', 0.12],
  ['escalated', 0.08],
  ['no_answer', 0.1],
] as const);
/** Median of the seconds that a customer waits. */
const WAIT: Record<string, number> = { call: 90, email: 14_400, chat: 45, visit: 300, complaint: 28_800 };

/** Somebody gets in touch; who is not answered has no response time. */
export function contact(person: Profile, at: number, scene: Scene, type: string = TYPES.draw(scene.random)): void {
  const { random } = scene;
  const outcome = OUTCOMES.draw(random);
  const wait = outcome === 'no_answer' ? undefined : Math.floor(random.logNormal(Math.log(WAIT[type]!), 0.8));
  scene.emit({ kind: 'contacts', number: scene.numbers.next(), person, at, type, wait, outcome });
}
