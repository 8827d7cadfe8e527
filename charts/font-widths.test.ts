import { Resvg } from '@resvg/resvg-js';
import { describe, expect, it } from 'vitest';
import { type FontFace, fontFamily, fontFiles, textWidth } from './font.js';
import { readFontWidths } from './font-widths.js';

/** The width that resvg gives the text, whose left and right edges are bars of no kerning. */
function drawnWidth(text: string, face: FontFace): number {
  const bars = (inner: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="50"><text y="30" font-family="${fontFamily}" ` +
    `font-size="20" font-weight="${face === 'bold' ? 700 : 400}">|${inner}|</text></svg>`;
  const font = { loadSystemFonts: false, fontFiles: Object.values(fontFiles) };
  const width = (inner: string) => new Resvg(bars(inner), { font }).getBBox()!.width;
  return width(text) - width('');
}

describe('textWidth', () => {
  const texts = ['99.9th', 'Elapsed time (s)', '1,000 ms', '12 µs', 'put_own_gets', 'Größe 12 %', '·…'];
  for (const face of ['regular', 'bold'] as const) {
    it(`is the width at which ${face} text is drawn, but for kerning`, () => {
      for (const text of texts) {
        expect(Math.abs(textWidth(text, 20, face) - drawnWidth(text, face))).toBeLessThan(2.5);
      }
    });
  }

  it('grows in proportion to the size of the font', () => {
    expect(textWidth('throughput', 24)).toBeCloseTo(2 * textWidth('throughput', 12), 9);
  });

  it('counts a character that the font lacks as its empty box, beyond 16 bits too', () => {
    expect(textWidth('日', 12)).toBeGreaterThan(0);
    expect(textWidth('\u{1f9ff}', 12)).toBe(textWidth('日', 12));
  });
});

describe('readFontWidths', () => {
  it('says which table a damaged font lacks', () => {
    expect(() => readFontWidths(Buffer.alloc(64))).toThrow('the font has no table head');
  });
});
