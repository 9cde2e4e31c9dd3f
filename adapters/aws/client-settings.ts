/**
 * How every SDK client of this project retries: exponentially, with jitter, at most so often. A socket that hangs is given
 * up, which the SDK by itself does not do: after two minutes, because that bounds the upload of a large file as well. All
 * tries of one request end within a Lambda's quarter of an hour.
 */
export const CLIENT_SETTINGS = {
  retryMode: 'standard',
  maxAttempts: 6,
  requestHandler: {
    connectionTimeout: 5_000,
    requestTimeout: 120_000,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: 64, keepAlive: true },
  },
} as const;

/** For the consumer of the stream, whose objects are small, and which is to say in time that it could not write them. */
export const STREAM_CLIENT_SETTINGS = {
  ...CLIENT_SETTINGS,
  maxAttempts: 4,
  requestHandler: { ...CLIENT_SETTINGS.requestHandler, connectionTimeout: 2_000, requestTimeout: 8_000 },
} as const;
