/** An emulator cannot run here because a tool is not installed. The message says which, and what is skipped for it. */
export class MissingToolError extends Error {
  override name = 'MissingToolError';
}
