// A chart into the bytes of a PNG file: SVG by vega, pixels by resvg, text in the bundled font alone.
import type { TopLevelSpec } from 'vega-lite';
import { fontFamily, fontFiles } from './font.js';
import { toSvg } from './to-svg.js';

/** Pixels per unit of the spec: sharp on the dense screens that most people read on. */
const zoom = 2;

/** A wider picture is drawn at less than `zoom`: many viewers refuse pictures beyond 16,384 pixels, and memory grows with the area. */
const widthPxMax = 8192;

export async function toPng(spec: TopLevelSpec): Promise<Buffer> {
  return svgToPng(await toSvg(spec));
}

/** Of an SVG that `toSvg` made. */
export async function svgToPng(svg: string): Promise<Buffer> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const font = {
    loadSystemFonts: false,
    fontFiles: Object.values(fontFiles),
    defaultFontFamily: fontFamily,
    sansSerifFamily: fontFamily,
  };
  const options = { font, fitTo: { mode: 'zoom', value: zoomOf(svg) } } as const;
  return (await renderAsync(svg, options)).asPng();
}

function zoomOf(svg: string): number {
  const widthPx = Number(/ width="([\d.]+)"/.exec(svg)?.[1]);
  return Math.min(zoom, widthPxMax / widthPx);
}
