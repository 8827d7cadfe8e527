/**
 * The static claim: which member owns which partition when all members are placed at once. The counts of any
 * two members differ by at most one. With four members or more, no four neighbouring partitions share an
 * owner, the wrap from the last partition to the first included. Few moves when a member joins or leaves is
 * another algorithm's job: this one knows nothing of the ring before.
 */
import assert from 'node:assert/strict';

/** How many neighbouring partitions should have distinct owners: one more than the usual n of 3. */
export const targetN = 4;

/**
 * Owners by position, as member numbers 0..members-1, in the way of Riak Core's sequential claim.
 *
 * Three members on a ring of 16 give `abcabcabcabcabca` (37.5 %, 31.3 %, 31.3 %). Five on 16 would end in
 * `...e|a` and meet `abc` around the wrap, so the last round is filled up to four and the earlier rounds give
 * one each: `abce abde acde abcd`.
 */
export function stripe(ringSize: number, members: number): Int16Array {
  assert(Number.isInteger(ringSize) && ringSize > 0, `ring size ${ringSize}`);
  assert(Number.isInteger(members) && members > 0 && members <= 0x7fff, `${members} members`);
  const rounds = Math.floor(ringSize / members);
  const rest = ringSize % members;
  const missing = rest > 0 && rest < targetN ? targetN - rest : 0;
  // Fewer than four members cannot be spaced; else a round may lose members only while four stay in it.
  const canFill = missing > 0 && rounds * (members - targetN) >= missing;
  return canFill ? filledStripe(ringSize, members) : plainStripe(ringSize, members);
}

function plainStripe(ringSize: number, members: number): Int16Array {
  return Int16Array.from({ length: ringSize }, (_, position) => position % members);
}

/**
 * The last round becomes members 0..3; those of them that the plain stripe would not have placed there leave
 * one earlier round each. The lowest leaves the last of the full rounds, the next ones the rounds before it:
 * in this order no member loses distance twice between two of its partitions, so all keep four.
 */
function filledStripe(ringSize: number, members: number): Int16Array {
  const rounds = Math.floor(ringSize / members);
  const rest = ringSize % members;
  const skipsPerRound = Math.ceil((targetN - rest) / rounds);
  const owners = new Int16Array(ringSize);
  let position = 0;
  for (let round = 0; round < rounds; round++) {
    const skipFrom = rest + (rounds - 1 - round) * skipsPerRound;
    const skipEnd = Math.min(skipFrom + skipsPerRound, targetN);
    for (let member = 0; member < members; member++) {
      if (member < skipFrom || member >= skipEnd) owners[position++] = member;
    }
  }
  for (let member = 0; member < targetN; member++) owners[position++] = member;
  assert.equal(position, ringSize);
  return owners;
}
