import { describe, expect, it } from 'vitest';
import { consoleWords, helpText, splitWords } from './console-session.js';

describe('a line of the console', () => {
  it('is words between blanks, of which quoted ones may have blanks', () => {
    const lines: [string, string[]][] = [
      ['', []],
      ['  get   k1 ', ['get', 'k1']],
      ['put k "a b"', ['put', 'k', 'a b']],
      ['put k ""', ['put', 'k', '']],
      ['put k "say \\"hi\\" \\\\"', ['put', 'k', 'say "hi" \\']],
      ['put k "open', ['put', 'k', '"open']],
    ];
    for (const [line, words] of lines) expect(splitWords(line)).toEqual(words);
  });

  it('begins with a word that help explains', () => {
    const explained = helpText()
      .split('\n')
      .map((line) => line.split(' ')[0]!);
    expect(explained.sort()).toEqual(consoleWords);
  });
});
