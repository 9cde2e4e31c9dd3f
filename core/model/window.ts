/**
 * What a model reads of an input, relative to each target day: `days` are offsets, both included (`from` may be
 * -Infinity for all history); `month` is every day of the target's calendar month.
 */
export type Window = { readonly kind: 'days'; readonly from: number; readonly to: number } | { readonly kind: 'month' };

/** A declared input: a table by its full name, or `bronze.<entity>`, and the window read of it. */
export interface Input {
  readonly table: string;
  readonly window: Window;
}

const FORM = /^\[(?:(month)|(-?\d+)|(-?\d+)?\.\.(-?\d+))\]$/;

/** Parses `[0]`, `[-29..0]`, `[..0]` (all history) or `[month]`; undefined if the text has another form. */
export function parseWindow(text: string): Window | undefined {
  const found = FORM.exec(text.replaceAll(' ', ''));
  if (!found) return undefined;
  const [, month, one, from, to] = found;
  if (month) return { kind: 'month' };
  if (one !== undefined) return { kind: 'days', from: Number(one), to: Number(one) };
  const window = { kind: 'days', from: from === undefined ? -Infinity : Number(from), to: Number(to) } as const;
  return window.from <= window.to ? window : undefined;
}

/** The form that `parseWindow` reads. */
export function formatWindow(window: Window): string {
  if (window.kind === 'month') return '[month]';
  if (window.from === window.to) return `[${window.to}]`;
  return `[${window.from === -Infinity ? '' : window.from}..${window.to}]`;
}
