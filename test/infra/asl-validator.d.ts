declare module 'asl-validator' {
  /** Checks a definition in the Amazon States Language. It adds fields to what it is given: hand it a copy. */
  export default function validate(definition: unknown): { isValid: boolean; errorsText(separator?: string): string };
}
