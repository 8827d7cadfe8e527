import { describe, expect, test } from 'vitest';
import { ErlangSyntaxError, showTerm } from './erlang-term.js';
import { parseErlangTerms } from './parse-erlang-terms.js';

function parseOne(text: string) {
  return parseErlangTerms(text).map(({ term }) => showTerm(term));
}

describe('Erlang terms', () => {
  test.each([
    ['{mode, max}.', ['{mode,max}']],
    ['% a comment\n{duration, 5}. % more\n{concurrent,\t3}.', ['{duration,5}', '{concurrent,3}']],
    ["{'quoted atom', 'it\\'s'}.", ["{'quoted atom','it's'}"]],
    ['[-1, 16#ff, 2#1010, 1_000, $a, $\\n, 2.5e3].', ['[-1,255,10,1000,97,10,2500]']],
    ['"one" "two\\t".', ['"onetwo\\t"']],
    ['<<"key">>.', ['<<"key">>']],
    ['<<"a", 98, 25699:16>>.', ['<<"abdc">>']],
    ['<<"ä"/utf8>>.', ['<<"ä">>']],
    ['<<255, 0>>.', ['<<255,0>>']],
    ['<<>>.', ['<<"">>']],
    ['{}. [].', ['{}', '[]']],
    ['{a,{b,[c,{d,"e"}]}}.', ['{a,{b,[c,{d,"e"}]}}']],
    ['{ips, [{127,0,0,1}]}.', ['{ips,[{127,0,0,1}]}']],
    ['"with . a stop". a_b@c.', ['"with . a stop"', 'a_b@c']],
    ['', []],
  ])('%j are %j', (text, expected) => {
    expect(parseOne(text)).toEqual(expected);
  });

  test.each([
    ['{a, fun() -> 1 end}.', /a fun is code/, 1, 5],
    ['{a,\n fun erlang:now/0}.', /a fun is code/, 2, 2],
    ['{a, X}.', /X is a variable/, 1, 5],
    ['{a, os:getenv("HOME")}.', /os... is a call/, 1, 5],
    ['{a, 1}\n{b, 2}.', /a term ends with a full stop/, 2, 1],
    ['{a, 1', /"," or "}" is missing/, 1, 6],
    ['{a 1}.', /"," or "}" is missing/, 1, 4],
    ['[a | b].', /a list with a tail/, 1, 4],
    ['#{a => 1}.', /maps and records/, 1, 1],
    ['{a, "open}.', /a string that does not end/, 1, 5],
    ['{a, 99999999999999999999}.', /no number that is exact/, 1, 5],
    ['{a, 2#12}.', /no number that is exact/, 1, 5],
    ['{a, <<X>>}.', /a binary holds texts/, 1, 7],
    ['{a, <<1.5>>}.', /a binary holds texts/, 1, 7],
    [`${'{'.repeat(200)}${'}'.repeat(200)}.`, /nested too deeply/, 1, 101],
  ])('%j are refused with the place', (text, message, line, column) => {
    try {
      parseErlangTerms(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ErlangSyntaxError);
      expect((error as ErlangSyntaxError).message).toMatch(message);
      expect(error).toMatchObject({ line, column });
    }
  });
});
