// Ctrl-C, for commands that take long: the first asks the work to end and leave its files in order, the second ends
// the process at once. Servers that were started end by themselves with this process.

export const interruptedExitCode = 130;

/** Calls `work` with a signal that the first Ctrl-C (or SIGTERM) aborts. */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const onSignal = (): void => {
    if (interruption.signal.aborted) process.exit(interruptedExitCode);
    interruption.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    return await work(interruption.signal);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}
