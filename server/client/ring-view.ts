/**
 * The ring as a client sees it: who owns what, and where the members serve clients; and the routing that
 * follows from it, so that a client can talk to the owner of a key directly.
 */
import { z } from 'zod';
import { type Quorum, quorumDefault } from '../request/index.js';
import { decodeRing, KeyPlacement, type Ring } from '../ring/index.js';
import { ServerError } from '../server-error.js';
import { type ClientOptions, RkvClient } from './rkv-client.js';

export interface RingView {
  readonly ring: Ring;
  /** The cluster's quorum, capped at its members. */
  readonly quorum: Quorum;
  /** In the order of `ring.members`: the place is the member's number. */
  readonly members: readonly { readonly name: string; readonly host: string; readonly port: number }[];
}

const schema = z.object({
  ring: z.unknown(),
  quorum: z.object({ n: z.int(), r: z.int(), w: z.int() }).default(quorumDefault),
  members: z.array(z.object({ name: z.string(), host: z.string(), port: z.int() })),
});

/** Asks a server for the ring. Rejects with a ServerError if it cannot be reached or answers something else. */
export async function fetchRing(options: ClientOptions): Promise<RingView> {
  const client = await RkvClient.connect(options);
  try {
    const reply = await client.send('RKV.RING');
    return parseRingView(Buffer.isBuffer(reply) ? reply.toString() : String(reply));
  } finally {
    client.close();
  }
}

/** Reads the text that RKV.RING answers. */
export function parseRingView(text: string): RingView {
  try {
    const { ring: ringValue, quorum, members } = schema.parse(JSON.parse(text));
    const ring = decodeRing(JSON.stringify(ringValue));
    const inOrder = ring.members.map((name) => {
      const member = members.find((known) => known.name === name);
      if (member === undefined) throw new Error(`${name} has no address`);
      return member;
    });
    return { ring, quorum, members: inOrder };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ServerError('error-reply', `The server's ring cannot be read: ${why}.`, { cause });
  }
}

/** A function from a key's bytes, `key[start..end)`, to the number of the member that is its first primary. */
export function routeOf({ ring }: RingView): (key: Buffer, start: number, end: number) => number {
  const placement = new KeyPlacement(ring.ringSize);
  return (key, start, end) => ring.owners[placement.position(key, start, end)]!;
}
