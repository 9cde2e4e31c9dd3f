/**
 * How every SDK client of this project retries: exponentially, with jitter, at most so often. A socket that hangs is given
 * up, which the SDK by itself does not do.
 */
export const CLIENT_SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 8,
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 120_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 64, keepAlive: true },
  },
} as const;
