// The part of Erlang's io_lib:format that keys need: one directive, with a field width, a precision and a pad
// character, between fixed texts. `~10..0b` is ten wide and padded with zeros; a negative width pads on the right.
import type { KeyTransform } from '../transform-keys.js';

export interface ErlangFormat {
  before: Buffer;
  after: Buffer;
  width: number;
  padLeft: boolean;
  pad: number;
  radix: number;
  upperCase: boolean;
}

const widthMax = 1024;

/** The format, or a sentence that says what is wrong with it. */
export function readErlangFormat(format: string): ErlangFormat | string {
  const texts = [''];
  let found: Pick<ErlangFormat, 'width' | 'padLeft' | 'pad' | 'radix' | 'upperCase'> | undefined;
  const directive = /~(?:(-?\d+)?(?:\.(\d+)?(?:\.([\s\S]))?)?t?([a-zA-Z~]))?/g;
  let at = 0;
  for (const match of format.matchAll(directive)) {
    const [whole, width, precision, pad, control] = match;
    texts[texts.length - 1] += format.slice(at, match.index);
    at = match.index + whole.length;
    if (control === '~') texts[texts.length - 1] += '~';
    else if (control === 'n') texts[texts.length - 1] += '\n';
    else if (control === undefined || !'pwsbBxX'.includes(control)) {
      return `the format "${format}" has "${whole}"; understood are ~p ~w ~s ~b ~B ~x ~X ~n ~~`;
    } else if (found !== undefined) {
      return `the format "${format}" asks for more than one key`;
    } else {
      const radix = 'bB'.includes(control) ? Number(precision ?? 10) : 'xX'.includes(control) ? 16 : 10;
      if (radix < 2 || radix > 36) return `the format "${format}" has the radix ${radix}; it is 2 to 36`;
      if (Math.abs(Number(width ?? 0)) > widthMax) return `the format "${format}" is wider than ${widthMax}`;
      const wide = Number(width ?? 0);
      found = {
        width: Math.abs(wide),
        padLeft: wide >= 0,
        pad: (pad ?? ' ').charCodeAt(0),
        radix,
        upperCase: control === 'B' || control === 'X',
      };
      texts.push('');
    }
  }
  if (found === undefined)
    return `the format "${format}" has no place for the key; write for example "user~p"`;
  texts[texts.length - 1] += format.slice(at);
  return { before: Buffer.from(texts[0]!), after: Buffer.from(texts[1]!), ...found };
}

export function formatKeys(format: ErlangFormat): KeyTransform {
  const { before, after, width, padLeft, pad, radix, upperCase } = format;
  return {
    sizeBytesMax: (bytes) =>
      before.length + after.length + Math.max(width, radix < 10 ? Math.ceil(bytes * 3.33) + 1 : bytes),
    write(input, buffer, offset) {
      let end = offset + before.copy(buffer, offset);
      const shown = radix === 10 ? input : inRadix(input, radix, upperCase);
      const padding = Math.max(0, width - shown.length);
      if (padLeft) {
        buffer.fill(pad, end, end + padding);
        end += padding;
      }
      end += shown.copy(buffer, end);
      if (!padLeft) {
        buffer.fill(pad, end, end + padding);
        end += padding;
      }
      return end + after.copy(buffer, end);
    },
  };
}

function inRadix(digits: Buffer, radix: number, upperCase: boolean): Buffer {
  const shown = Number(digits.toString('latin1')).toString(radix);
  return Buffer.from(upperCase ? shown.toUpperCase() : shown);
}
