/** The time now, as an ISO 8601 text in UTC with milliseconds. */
export type Clock = () => string;
