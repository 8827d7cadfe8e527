import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText, printable, wrapText } from './fit-text.js';
import { textWidth } from './font.js';

const style = { sizePx: 12 } as const;

describe('fitText', () => {
  it('is never wider than its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 20, max: 300 }), (text, widthPx) => {
        expect(textWidth(fitText(text, widthPx, style), 12)).toBeLessThanOrEqual(widthPx);
      }),
    );
  });

  it('leaves a text alone that fits', () => {
    expect(fitText('get_own_puts', 200, style)).toBe('get_own_puts');
  });

  it('ends in an ellipsis what does not', () => {
    expect(fitText('get own puts of everyone', 80, style)).toMatch(/^get own.*…$/);
  });
});

describe('wrapText', () => {
  it('breaks between words and shortens the last line', () => {
    const lines = wrapText('one two three four five six seven', 60, 2, style);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('one two');
    expect(lines[1]).toMatch(/^three.*…$/);
  });
});

describe('printable', () => {
  it('replaces what XML forbids', () => {
    expect(printable('a\u0000b\nc\ud800d')).toBe('a\ufffdb\ufffdc\ufffdd');
    expect(printable('größe 日本 \u{1f600}')).toBe('größe 日本 \u{1f600}');
  });
});
