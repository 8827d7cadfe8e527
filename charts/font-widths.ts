// How wide a text is in a TrueType font: character to glyph by the `cmap` table, glyph to advance width by
// `hmtx`. Pure: bytes in, numbers out. No kerning and no ligatures, which in charts move a text by less than
// a pixel. Tables are those of the OpenType specification; only cmap formats 4 and 12 are read, one of which
// every font with Latin letters has.

export interface FontWidths {
  /** Width of `text` in pixels when the font is `sizePx` high. */
  measure(text: string, sizePx: number): number;
}

/** Throws when `bytes` is not a TrueType font with a Unicode character map. */
export function readFontWidths(bytes: Buffer): FontWidths {
  const tables = readTableOffsets(bytes);
  const unitsPerEm = bytes.readUInt16BE(tableOffset(tables, 'head') + 18);
  const advances = readAdvances(bytes, tables);
  const glyphOf = readCharacterMap(bytes, tableOffset(tables, 'cmap'));
  // The maps are searched from their beginning, and texts repeat the same few characters.
  const known = new Map<number, number>();
  function advanceOf(codePoint: number): number {
    let units = known.get(codePoint);
    if (units === undefined) {
      // Glyphs past the end of the table share the last advance.
      units = advances[Math.min(glyphOf(codePoint), advances.length - 1)]!;
      known.set(codePoint, units);
    }
    return units;
  }
  return {
    measure(text, sizePx) {
      let units = 0;
      for (const character of text) units += advanceOf(character.codePointAt(0)!);
      return (units * sizePx) / unitsPerEm;
    },
  };
}

type TableOffsets = ReadonlyMap<string, number>;

function readTableOffsets(bytes: Buffer): TableOffsets {
  const tableCount = bytes.readUInt16BE(4);
  const offsets = new Map<string, number>();
  for (let i = 0; i < tableCount; i++) {
    const record = 12 + i * 16;
    offsets.set(bytes.toString('latin1', record, record + 4), bytes.readUInt32BE(record + 8));
  }
  return offsets;
}

function tableOffset(tables: TableOffsets, tag: string): number {
  const offset = tables.get(tag);
  if (offset === undefined) throw new Error(`the font has no table ${tag}`);
  return offset;
}

function readAdvances(bytes: Buffer, tables: TableOffsets): Uint16Array {
  const count = bytes.readUInt16BE(tableOffset(tables, 'hhea') + 34);
  const start = tableOffset(tables, 'hmtx');
  return Uint16Array.from({ length: count }, (_, i) => bytes.readUInt16BE(start + i * 4));
}

/** Glyph 0 stands for every character that the font does not have. */
function readCharacterMap(bytes: Buffer, cmap: number): (codePoint: number) => number {
  const subtableCount = bytes.readUInt16BE(cmap + 2);
  const starts = Array.from(
    { length: subtableCount },
    (_, i) => cmap + bytes.readUInt32BE(cmap + 4 + i * 8 + 4),
  );
  const full = starts.find((start) => bytes.readUInt16BE(start) === 12);
  if (full !== undefined) return (codePoint) => lookUpFormat12(bytes, full, codePoint);
  const basic = starts.find((start) => bytes.readUInt16BE(start) === 4);
  if (basic !== undefined) return (codePoint) => lookUpFormat4(bytes, basic, codePoint);
  throw new Error('the font has no Unicode character map of format 4 or 12');
}

function lookUpFormat12(bytes: Buffer, start: number, codePoint: number): number {
  const groupCount = bytes.readUInt32BE(start + 12);
  for (let i = 0; i < groupCount; i++) {
    const group = start + 16 + i * 12;
    if (codePoint > bytes.readUInt32BE(group + 4)) continue;
    const first = bytes.readUInt32BE(group);
    return codePoint < first ? 0 : bytes.readUInt32BE(group + 8) + codePoint - first;
  }
  return 0;
}

function lookUpFormat4(bytes: Buffer, start: number, codePoint: number): number {
  const segmentBytes = bytes.readUInt16BE(start + 6);
  for (let i = 0; i < segmentBytes; i += 2) {
    const end = start + 14 + i;
    if (codePoint > bytes.readUInt16BE(end)) continue;
    // Four parallel arrays: end codes, (two bytes of padding,) start codes, deltas, range offsets.
    const first = bytes.readUInt16BE(end + segmentBytes + 2);
    if (codePoint < first) return 0;
    const delta = bytes.readUInt16BE(end + 2 * segmentBytes + 2);
    const rangeOffset = end + 3 * segmentBytes + 2;
    const range = bytes.readUInt16BE(rangeOffset);
    if (range === 0) return (codePoint + delta) & 0xffff;
    const glyph = bytes.readUInt16BE(rangeOffset + range + (codePoint - first) * 2);
    return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
  }
  return 0;
}
