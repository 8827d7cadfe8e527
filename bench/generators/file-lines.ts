// Where the lines of a file begin and end, found once for all workers of a thread.
import { GeneratorError } from './generator-spec.js';
import { keyBytesLimit } from './limits.js';

export interface FileLines {
  content: Buffer;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
  sizeBytesMax: number;
}

const known = new WeakMap<Buffer, FileLines>();

/** Throws GeneratorError when the file has no line or one that is too long for a key. */
export function fileLines(path: string, content: Buffer): FileLines {
  let lines = known.get(content);
  if (lines === undefined) {
    lines = indexLines(content);
    known.set(content, lines);
  }
  if (lines.count === 0) throw new GeneratorError(`the file ${path} has no lines`);
  if (lines.sizeBytesMax > keyBytesLimit) {
    throw new GeneratorError(
      `the file ${path} has a line of ${lines.sizeBytesMax} bytes; a key has at most ${keyBytesLimit}`,
    );
  }
  return lines;
}

function indexLines(content: Buffer): FileLines {
  const newline = 0x0a;
  let count = 0;
  for (let at = content.indexOf(newline); at >= 0; at = content.indexOf(newline, at + 1)) count++;
  if (content.length > 0 && content.at(-1) !== newline) count++;
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  let start = 0;
  let sizeBytesMax = 0;
  for (let line = 0; line < count; line++) {
    const found = content.indexOf(newline, start);
    const end = found < 0 ? content.length : found;
    starts[line] = start;
    ends[line] = end;
    sizeBytesMax = Math.max(sizeBytesMax, end - start);
    start = end + 1;
  }
  return { content, count, starts, ends, sizeBytesMax };
}
