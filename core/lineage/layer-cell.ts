/** A box in a layer of the picture, or the place where an arrow passes the layer. */
export interface Cell {
  readonly id: string;
  readonly height: number;
  y: number;
  readonly before: Cell[];
  readonly after: Cell[];
}

export function middleOf({ y, height }: Cell): number {
  return y + height / 2;
}

export function mean(values: readonly number[], otherwise: number): number {
  return values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length;
}
