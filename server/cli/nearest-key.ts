/** "Did you mean ...?" for the keys of a configuration file. */

/** The known name within a third of its length in edits (Levenshtein distance), or undefined. */
export function nearestKey(written: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, edits: editsBetween(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.ceil(name.length / 3)))
    .sort((a, b) => a.edits - b.edits);
  return nearest?.name;
}

/** How many letters must be put in, taken out or replaced; one row of the table at a time. */
function editsBetween(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...from].entries()) {
    const next = [row + 1];
    for (let column = 0; column < to.length; column++) {
      const replaced = above[column]! + (letter === to[column] ? 0 : 1);
      next.push(Math.min(replaced, above[column + 1]! + 1, next[column]! + 1));
    }
    above = next;
  }
  return above[to.length]!;
}
