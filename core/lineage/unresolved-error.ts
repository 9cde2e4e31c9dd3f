/** SQL whose lineage cannot be told without guessing. Says what stands in the way. */
export class UnresolvedError extends Error {
  override name = 'UnresolvedError';
}
