// Where labels go that name lines at their ends: as close as possible to the line, but never over each other.
// Pure.

/**
 * Places for labels wished at `wantedPx`, at least `gapPx` apart and between 0 and `heightPx`; in the order in
 * which they were given. With more labels than fit, the gap shrinks.
 */
export function spreadLabels(wantedPx: readonly number[], gapPx: number, heightPx: number): number[] {
  const gap = Math.min(gapPx, heightPx / Math.max(1, wantedPx.length - 1));
  const order = wantedPx.map((_, i) => i).sort((a, b) => wantedPx[a]! - wantedPx[b]! || a - b);
  const placed = new Array<number>(wantedPx.length);
  let floor = 0;
  for (const i of order) {
    placed[i] = Math.max(floor, Math.min(wantedPx[i]!, heightPx));
    floor = placed[i]! + gap;
  }
  // Those that were pushed over the edge push back the ones before them.
  let ceiling = heightPx;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i]!, ceiling);
    ceiling = placed[i]! - gap;
  }
  return placed;
}
