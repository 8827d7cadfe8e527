// The report step: the only place in bench that knows that charts exist. They are imported when the load is
// over, since the drawing libraries are large and slow to load.

/** Draws the run's PNGs and its report into its folder and returns their paths; `onChart` is called before each one. */
export async function drawCharts(folder: string, onChart: (name: string) => void): Promise<string[]> {
  const { drawRun } = await import('../../charts/index.js');
  return drawRun(folder, { onChart });
}

/** Draws what a comparison found as `pngPath`. */
export async function drawComparison(comparison: unknown, pngPath: string): Promise<string> {
  const charts = await import('../../charts/index.js');
  return charts.drawComparison(comparison, pngPath);
}

/** Draws the picture of a search or of a comparison into its folder. */
export async function drawFindings(folder: string): Promise<string[]> {
  const { drawFolder } = await import('../../charts/index.js');
  return drawFolder(folder);
}
