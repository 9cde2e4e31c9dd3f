// The package's own types are of its front, which works on base64 texts, and import version 2 of the AWS SDK.
declare module 'aws-kinesis-agg/lib/common.js' {
  const common: {
    /** The four bytes that an aggregated record begins with. */
    readonly magic: Buffer;
    /** The protobuf message between those and the checksum. */
    readonly AggregatedRecord: {
      /** @throws Error if the bytes are not such a message, whole */
      decode(bytes: Uint8Array): { readonly records: readonly { readonly data: Uint8Array }[] };
    };
  };
  export default common;
}
