// The report step: the only place in bench that knows that charts exist. They are imported when the load is
// over, since the drawing libraries are large and slow to load.

/** Draws the run's PNGs into its folder and returns their paths; `onChart` is called before each one. */
export async function drawCharts(folder: string, onChart: (name: string) => void): Promise<string[]> {
  const { drawRun } = await import('../../charts/index.js');
  return drawRun(folder, { onChart });
}
