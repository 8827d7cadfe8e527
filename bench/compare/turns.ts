// In which order the sides are measured: A B B A, A B B A, ... so that a machine that gets slower by and by does
// so for both sides alike. With more sides: forwards, then backwards.

/** The number of the side at each turn; every side has `rounds` turns. */
export function turns(sides: number, rounds: number): number[] {
  const forwards = Array.from({ length: sides }, (_, side) => side);
  const backwards = [...forwards].reverse();
  return Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? forwards : backwards)).flat();
}
