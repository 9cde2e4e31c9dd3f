const FIRST_MS = 100;
const LONGEST_MS = 5_000;

/** Waits before another attempt, the first of them 1: a random time, so that those who collided do not again. */
export type Pause = (attempt: number) => Promise<void>;

export const backOff: Pause = (attempt) => {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
};
