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

const BROKEN =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETRUNCATED|TimeoutError|NetworkingError|RequestTimeout|InternalError|InternalServiceException|OperationTimeoutException)$/;

/** Whether the same request may succeed a moment later: throttled, a fault of the service, a connection that broke. */
export function isPassing(error: unknown): boolean {
  return isThrottled(error) || (httpStatus(error) ?? 0) >= 500 || BROKEN.test(errorCode(error));
}
