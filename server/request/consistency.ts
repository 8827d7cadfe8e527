/**
 * What a request may rely on, by name; ARCHITECTURE.md says what each one promises.
 *
 * sloppy   fallbacks stand in for members that are down, and count
 * strict   only primaries count, each member once: a minority side errs rather than diverges
 * atomic   as strict, by majorities: a write reads first, a read writes back; linearizable per key
 */
export const consistencies = ['sloppy', 'strict', 'atomic'] as const;

export type Consistency = (typeof consistencies)[number];

export const consistencyDefault: Consistency = 'sloppy';

export function isConsistency(text: string): text is Consistency {
  return (consistencies as readonly string[]).includes(text);
}
