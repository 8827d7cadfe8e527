// A chart as Vega-Lite describes it, into the text of an SVG file. The same spec gives the same text on every
// machine: nothing here reads a clock, a screen or a system font.
import { setImmediate } from 'node:timers/promises';
import type { TopLevelSpec } from 'vega-lite';
import { loadVega } from './load-vega.js';

export async function toSvg(spec: TopLevelSpec): Promise<string> {
  const { vega, vegaLite } = await loadVega();
  // Vega releases what a view held only in later turns of the event loop, so charts drawn back to back would
  // pile up to hundreds of megabytes.
  await setImmediate();
  const view = new vega.View(vega.parse(vegaLite.compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
