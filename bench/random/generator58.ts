// The generators of Erlang's `rand` module produce 58 bits at a time. A JavaScript integer operation has 32, so
// a 58-bit word is kept as two limbs of 29 bits, which are small integers for the engine: no BigInt, no garbage.

/** All bits of a limb. */
export const limbMask = 0x1fff_ffff;

export interface Generator58 {
  /** The word that `advance` has produced. */
  readonly high: number;
  readonly low: number;
  /** Produces the next word. */
  advance(): void;
  /** Skips as many words as Erlang's `rand:jump` does, so that streams begun at different jumps never meet. */
  jump(): void;
  /** Another one in the same state. */
  clone(): Generator58;
}

/** Splits a number of 58 bits into its limbs, upper one first. */
export function limbsOf(word: bigint): [high: number, low: number] {
  return [Number((word >> 29n) & 0x1fff_ffffn), Number(word & 0x1fff_ffffn)];
}
