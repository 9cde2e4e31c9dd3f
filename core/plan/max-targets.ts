/** The most days that one statement builds: Athena writes no more partitions at once. */
export const MAX_TARGETS = 100;
