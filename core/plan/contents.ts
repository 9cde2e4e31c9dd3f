import { digest } from './digest.ts';
import type { DayRange } from './domain.ts';

/** A partition that is not what it should be yet: it will be built, or (`blocked`) cannot be in this run. */
export interface Pending {
  readonly table: string;
  readonly day: number;
  readonly blocked: boolean;
}

/** What a reader of a partition depends on: its content checksum, or that it is not there yet. */
export type Content = string | Pending;

const OUTSIDE = 'outside';
const ABSENT = 'absent';
const NO_HISTORY = digest([]);

export function isPending(content: Content): content is Pending {
  return typeof content !== 'string';
}

/** The content of a table's partitions by day, for those who read it through a window. */
export class Contents {
  readonly #domain: DayRange | undefined;
  readonly #days: Content[];
  #prefixes: Content[] | undefined;

  constructor(domain: DayRange | undefined) {
    this.#domain = domain;
    this.#days = domain ? new Array<Content>(domain.last - domain.first + 1).fill(ABSENT) : [];
  }

  /** Whether `day` lies inside the table's domain. */
  has(day: number): boolean {
    return this.#domain !== undefined && day >= this.#domain.first && day <= this.#domain.last;
  }

  set(day: number, content: Content): void {
    if (!this.#domain || !this.has(day)) throw new RangeError(`day ${day} is outside the domain`);
    this.#days[day - this.#domain.first] = content;
  }

  at(day: number): Content {
    return this.#domain && this.has(day) ? this.#days[day - this.#domain.first]! : OUTSIDE;
  }

  /** The digest of a window, or the first partition in it that is pending. `first` may be -Infinity. */
  window({ first, last }: DayRange): Content {
    if (first === Number.NEGATIVE_INFINITY) return this.#upTo(last);
    const parts: string[] = [];
    for (let day = first; day <= last; day++) {
      const content = this.at(day);
      if (isPending(content)) return content;
      parts.push(content);
    }
    return digest(parts);
  }

  /**
   * All history is a chain of digests, so that a window a day longer costs one step more. It counts the partitions that
   * are there and not the days without: who reads all history is not told which days lie inside the domain.
   */
  #upTo(last: number): Content {
    if (!this.#domain || last < this.#domain.first) return NO_HISTORY;
    this.#prefixes ??= this.#chain();
    return this.#prefixes[Math.min(last, this.#domain.last) - this.#domain.first]!;
  }

  #chain(): Content[] {
    let before: Content = NO_HISTORY;
    return this.#days.map((content, i) => {
      if (isPending(before) || content === ABSENT) return before;
      before = isPending(content) ? content : digest([before, String(this.#domain!.first + i), content]);
      return before;
    });
  }
}
