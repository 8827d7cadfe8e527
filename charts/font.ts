// The one typeface of the charts, bundled so that a machine without fonts draws the same picture: where its
// files are, and how wide a text is in it. Read once per process, at the first chart.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type FontWidths, readFontWidths } from './font-widths.js';

export const fontFamily = 'DejaVu Sans';

const require = createRequire(import.meta.url);

/** Regular and bold; the charts use no other face. */
export const fontFiles = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
} as const;

export type FontFace = keyof typeof fontFiles;

const widths = new Map<FontFace, FontWidths>();

/** Width in pixels of `text` at `sizePx`. */
export function textWidth(text: string, sizePx: number, face: FontFace = 'regular'): number {
  let known = widths.get(face);
  if (known === undefined) {
    known = readFontWidths(readFileSync(fontFiles[face]));
    widths.set(face, known);
  }
  return known.measure(text, sizePx);
}
