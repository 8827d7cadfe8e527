// A generator as a text, as flags have it: `uniform_int:1000`, `int_to_bin_bigendian:64(uniform_int:1000)`,
// `concat_binary(constant:key-, int_to_str(uniform_int:10))`.

/** The same as nested lists; undefined when the parentheses do not match or a name is missing. */
export function splitSpecText(text: string): unknown[] | undefined {
  const trimmed = text.trim();
  const open = trimmed.indexOf('(');
  const head = open < 0 ? trimmed : trimmed.slice(0, open);
  const [name = '', ...parameters] = head.split(':');
  if (name === '' || head.includes(')')) return undefined;
  const plain = parameters.map((part) => (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(part) ? Number(part) : part));
  if (open < 0) return [name, ...plain];
  if (!trimmed.endsWith(')')) return undefined;
  const inner = splitAtCommas(trimmed.slice(open + 1, -1));
  if (inner === undefined) return undefined;
  const nested = inner.map(splitSpecText);
  return nested.includes(undefined) ? undefined : [name, ...plain, ...nested];
}

/** The parts between commas that stand in no parentheses. */
function splitAtCommas(text: string): string[] | undefined {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth < 0) return undefined;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return depth === 0 ? parts : undefined;
}
