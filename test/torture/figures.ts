/** What a torture counted. */
export interface Figures {
  rounds: number;
  events: number;
  commands: number;
  killed: number;
  frozen: number;
  /** Failing audits, redelivered batches, refused storage, rollbacks, collections; with those killed and frozen, all faults. */
  other: Map<string, number>;
  polls: number;
  versions: number;
  lost: number;
  duplicated: number;
  torn: number;
  unaudited: number;
  mismatches: number;
  unexpected: number;
}

export function noFigures(): Figures {
  return {
    ...{ rounds: 0, events: 0, commands: 0, killed: 0, frozen: 0, other: new Map(), polls: 0, versions: 0 },
    ...{ lost: 0, duplicated: 0, torn: 0, unaudited: 0, mismatches: 0, unexpected: 0 },
  };
}

export function count(figures: Figures, what: string): void {
  figures.other.set(what, (figures.other.get(what) ?? 0) + 1);
}

export function isClean({ lost, duplicated, torn, unaudited, mismatches, unexpected }: Figures): boolean {
  return lost + duplicated + torn + unaudited + mismatches + unexpected === 0;
}

/** One line. */
export function figuresText(seed: number, seconds: number, figures: Figures): string {
  const { other, ...numbers } = figures;
  const injected = [...other.values()].reduce((sum, n) => sum + n, 0) + figures.killed + figures.frozen;
  const kinds = [...other].sort().map(([what, n]) => `${n} ${what}`);
  const parts = [
    `seed ${seed}`,
    `${seconds} s`,
    `${numbers.rounds} rounds`,
    `${numbers.events} records`,
    `${numbers.commands} commands`,
    `${injected} faults (${[`${numbers.killed} killed`, `${numbers.frozen} frozen`, ...kinds].join(', ')})`,
    `reader: ${numbers.polls} polls, ${numbers.versions} versions`,
    `lost ${numbers.lost}`,
    `duplicated ${numbers.duplicated}`,
    `torn ${numbers.torn}`,
    `unaudited ${numbers.unaudited}`,
    `mismatches ${numbers.mismatches}`,
    `unexpected exits ${numbers.unexpected}`,
  ];
  return `${parts.join('; ')}\n`;
}
