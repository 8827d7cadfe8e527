// The classes of failures. In a file of its own for the load threads, which would hold the whole schema in memory
// otherwise, library included.

/**
 * How a failure ended, for its latency: it took longer than the timeout; it certainly had no effect; or it may have
 * had one.
 */
export const failureClasses = ['timeout', 'definite', 'indefinite'] as const;
