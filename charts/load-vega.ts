// Loads vega and vega-lite when the first chart is drawn, and gives vega the widths of the bundled font.
// They take a third of a second to load, which no command that draws nothing should pay.
import { type FontFace, textWidth } from './font.js';

export interface VegaModules {
  vega: typeof import('vega');
  vegaLite: typeof import('vega-lite');
}

/** The part of vega's text measuring that is public but missing from its typings. */
interface TextMetrics {
  width(item: TextItem, text: unknown): number;
}

interface TextItem {
  fontSize?: number;
  fontWeight?: string | number;
}

let loading: Promise<VegaModules> | undefined;

export function loadVega(): Promise<VegaModules> {
  loading ??= load();
  return loading;
}

async function load(): Promise<VegaModules> {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  // Without a canvas vega guesses 0.8 em a character, 40 % too wide; with one it would depend on the machine.
  textMetrics.width = (item, text) => textWidth(String(text ?? ''), item.fontSize ?? 11, faceOf(item));
  return { vega, vegaLite };
}

function faceOf(item: TextItem): FontFace {
  return item.fontWeight === 'bold' || Number(item.fontWeight) >= 600 ? 'bold' : 'regular';
}
