import { cpus } from 'node:os';
import type { BenchData } from './data.ts';
import type { Use } from './measure.ts';

/** What one side did in a stage: as a whole, and its parts (commands, or steps of the raw script) in order. */
export interface Side {
  use: Use;
  parts: Part[];
}

interface Part {
  name: string;
  wallSeconds: number;
  cpuSeconds: number;
}

/** A side that could not be run has the reason instead. */
export interface StageResult {
  stage: string;
  product: Side | string;
  raw: Side | string;
}

export interface Report {
  data: { events: number; lines: number; bytes: number; lateLines: number; days: number; runs: number };
  machine: { processors: number; model: string; platform: string; node: string };
  stages: StageResult[];
  /** A run with nothing to do over 546 days of CDNOW; the reason if it could not be measured. */
  idle: Use | string;
}

export function machine(): Report['machine'] {
  const all = cpus();
  return {
    processors: all.length,
    model: all[0]?.model.trim() ?? 'unknown',
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
  };
}

export function dataOf(data: BenchData, events: number, days: number, runs: number): Report['data'] {
  return { events, lines: data.main.lines, bytes: data.main.bytes, lateLines: data.late.lines, days, runs };
}

const HEADER = ['', 'CPU s', 'wall s', 'MB', 'raw: CPU s', 'wall s', 'MB', 'ratio: CPU', 'wall', 'others'];

/** The report as text for people: a table, what each stage is made of, and what could not be measured. */
export function reportText({ data, machine, stages, idle }: Report): string {
  const rows = stages.map(({ stage, product, raw }) => [
    stage,
    ...figures(product),
    ...figures(raw),
    ...compared(product, raw),
  ]);
  const parts = stages.flatMap(({ stage, product, raw }) => [
    ...partsText(`${stage}, product`, product),
    ...partsText(`${stage}, raw`, raw),
  ]);
  return [
    `${data.lines} lines (${Math.round(data.bytes / 1e6)} MB of JSON) over ${data.days} days, then ${data.lateLines} late ones of one day.`,
    `${machine.processors} x ${machine.model}, ${machine.platform}, node ${machine.node}. Least of ${data.runs} run(s).`,
    '',
    ...aligned([HEADER, ...rows]),
    '',
    ...parts,
    '',
    typeof idle === 'string'
      ? `Nothing to do at 546 days: not measured, ${idle}`
      : `Nothing to do at 546 days: ${seconds(idle.wallSeconds)} s wall, ${seconds(idle.cpuSeconds)} s CPU, ${megabytes(idle.peakBytes)} MB.`,
    '"others" is the processors kept busy by other programs meanwhile: over 0.2 the wall times do not count.',
    '',
  ].join('\n');
}

function figures(side: Side | string): string[] {
  if (typeof side === 'string') return ['-', '-', '-'];
  return [seconds(side.use.cpuSeconds), seconds(side.use.wallSeconds), megabytes(side.use.peakBytes)];
}

function compared(product: Side | string, raw: Side | string): string[] {
  const foreign = [product, raw].map((side) => (typeof side === 'string' ? 0 : side.use.foreignCores));
  const others = Math.max(...foreign).toFixed(2);
  if (typeof product === 'string' || typeof raw === 'string') return ['-', '-', others];
  return [
    (product.use.cpuSeconds / raw.use.cpuSeconds).toFixed(2),
    (product.use.wallSeconds / raw.use.wallSeconds).toFixed(2),
    others,
  ];
}

function partsText(title: string, side: Side | string): string[] {
  if (typeof side === 'string') return [`${title} failed: ${side}`];
  if (side.parts.length < 2) return [];
  const parts = side.parts.map(
    (part) => `${part.name} ${seconds(part.wallSeconds)} s (CPU ${seconds(part.cpuSeconds)})`,
  );
  return [`${title}: ${parts.join(', ')}`];
}

const seconds = (value: number) => value.toFixed(2);
const megabytes = (bytes: number) => String(Math.round(bytes / 2 ** 20));

/** The first column to the left, figures to the right. */
function aligned(rows: string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  '),
  );
}
