// Texts from outside (names of operations, reasons, labels) made fit to be drawn: without characters that SVG
// forbids, and no wider than their place. Pure but for the font's widths.
import { type FontFace, textWidth } from './font.js';

export interface TextStyle {
  sizePx: number;
  face?: FontFace;
}

/** Control characters and halves of surrogate pairs, which XML does not allow, become `\uFFFD`. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd');
}

/** The text, or as much of its beginning as fits before an ellipsis. */
export function fitText(text: string, widthPx: number, style: TextStyle): string {
  const clean = printable(text);
  if (widthOf(clean, style) <= widthPx) return clean;
  const characters = [...clean];
  while (characters.length > 0 && widthOf(`${characters.join('')}…`, style) > widthPx) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** The text in at most `linesMax` lines, broken between words; what does not fit ends in an ellipsis. */
export function wrapText(text: string, widthPx: number, linesMax: number, style: TextStyle): string[] {
  const lines: string[] = [];
  let rest = printable(text).split(' ');
  while (rest.length > 0) {
    if (lines.length === linesMax - 1) return [...lines, fitText(rest.join(' '), widthPx, style)];
    let count = 1;
    while (count < rest.length && widthOf(rest.slice(0, count + 1).join(' '), style) <= widthPx) count++;
    lines.push(fitText(rest.slice(0, count).join(' '), widthPx, style));
    rest = rest.slice(count);
  }
  return lines;
}

function widthOf(text: string, style: TextStyle): number {
  return textWidth(text, style.sizePx, style.face);
}
