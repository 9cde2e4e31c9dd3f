/** What the SDK and node say of a failed request; each of them leaves some of it out. */
interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The service's or the system's word for it, such as `AccessDenied` or `ECONNRESET`. */
export function errorCode(error: unknown): string {
  const { name, code } = error as Failure;
  return name && name !== 'Error' ? name : (code ?? 'Error');
}

export function httpStatus(error: unknown): number | undefined {
  return (error as Failure).$metadata?.httpStatusCode;
}

const THROTTLED =
  /^(SlowDown|Throttl\w*|TooManyRequests\w*|RequestLimitExceeded|ProvisionedThroughputExceeded\w*|LimitExceeded\w*|ConcurrentModification\w*)$/;

/** The service asks for fewer requests. */
export function isThrottled(error: unknown): boolean {
  return THROTTLED.test(errorCode(error)) || httpStatus(error) === 429;
}

/** Whether the same request may succeed a moment later: throttled, a fault of the service, a connection that broke. */
export function isPassing(error: unknown): boolean {
  const status = httpStatus(error);
  if (isThrottled(error) || (status !== undefined && status >= 500)) return true;
  return /^(E[A-Z]+|TimeoutError|NetworkingError|RequestTimeout|InternalError|InternalServiceException|AbortError)$/.test(
    errorCode(error),
  );
}
