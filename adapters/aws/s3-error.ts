import { StorageError } from '../../core/errors.ts';
import { errorCode, httpStatus, isPassing, isThrottled } from './aws-error.ts';

/** What to do about what S3 or the way to it says. */
const ADVICE: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket; check the name of the deployment, or deploy it',
  NoSuchKey: 'there is no such object: the warehouse is damaged, or garbage collection took what is read for too long',
  ExpiredToken: 'the credentials have expired; sign in again',
  ExpiredTokenException: 'the credentials have expired; sign in again',
  InvalidAccessKeyId: 'AWS does not know these credentials; sign in, or set AWS_PROFILE',
  SignatureDoesNotMatch: 'the secret key is wrong; sign in again',
  CredentialsProviderError: 'there are no credentials; sign in, or set AWS_PROFILE',
  PermanentRedirect: 'the bucket is in another region; set AWS_REGION to that of the deployment',
  AuthorizationHeaderMalformed: 'the bucket is in another region; set AWS_REGION to that of the deployment',
  KMSDisabledException: 'the KMS key of the bucket is disabled; enable it',
  EntityTooLarge: 'it is larger than S3 takes in one request (5 GiB)',
};
const DENIED =
  'access is denied; grant the role this on the bucket and on its KMS key (and s3:ListBucket, without which an absent object looks like a denied one)';

/** A failed request as a StorageError that says what failed, on what, and what to do. `what`: `read`, `write`, … */
export function s3Error(error: unknown, what: string, object: string): StorageError {
  if (error instanceof StorageError) return error;
  const code = errorCode(error);
  const said = `S3 could not ${what} ${object}`;
  return new StorageError(`${said} (${code}): ${adviceFor(error, code)}`, { cause: error });
}

function adviceFor(error: unknown, code: string): string {
  if (ADVICE[code]) return ADVICE[code];
  if (/AccessDenied|Forbidden|NotAuthorized/.test(code) || httpStatus(error) === 403) return DENIED;
  if (isThrottled(error)) return 'S3 asks for fewer requests, also after all retries; run it again, with less at once';
  if (isPassing(error)) return 'S3 cannot be reached; check the network and AWS_REGION, run it again';
  return `${(error as Error).message}; run it again if that may pass`;
}
