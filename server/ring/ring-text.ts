/**
 * A ring as JSON text, for the ring file and for gossip. The text is canonical: equal rings give equal texts,
 * so a digest of it compares rings. Reading checks everything, since the text may come from a damaged disk or
 * a node of another version.
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { hashVersion } from './key-placement.js';
import { nodeName } from './node-name.js';
import { checkedClusterId, checkedMembers, type Ring } from './ring.js';
import { RingError } from './ring-error.js';
import { checkedRingSize } from './ring-size.js';

/** The version of this text format. */
const format = 1;

const schema = z.strictObject({
  format: z.literal(format),
  clusterId: z.string(),
  epoch: z.int().min(0),
  ringSize: z.int(),
  hashVersion: z.literal(hashVersion),
  members: z.array(z.string()),
  owners: z.array(z.int().min(0)),
});

/** The canonical JSON text of a ring. */
export function encodeRing(ring: Ring): string {
  const { clusterId, epoch, ringSize, hashVersion, members } = ring;
  return JSON.stringify({
    format,
    clusterId,
    epoch,
    ringSize,
    hashVersion,
    members,
    owners: Array.from(ring.owners),
  });
}

/** A digest of everything in a ring, in hex: equal for two nodes exactly when their rings are equal. */
export function ringDigest(ring: Ring): string {
  return hash('sha256', encodeRing(ring), 'hex');
}

/** Reads what encodeRing wrote; throws a RingError that names the first thing that is wrong. */
export function decodeRing(text: string): Ring {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw new RingError('bad-ring-text', `The ring text is not a ring${where}: ${issue?.message}.`, {
      cause: parsed.error,
    });
  }
  const { clusterId, epoch, owners } = parsed.data;
  const ringSize = checkedRingSize(parsed.data.ringSize);
  const members = checkedMembers(parsed.data.members.map(nodeName));
  if (owners.length !== ringSize) {
    throw new RingError(
      'bad-ring-text',
      `The ring text has ${owners.length} owners for ${ringSize} partitions.`,
    );
  }
  const stranger = owners.find((owner) => owner >= members.length);
  if (stranger !== undefined) {
    throw new RingError(
      'bad-ring-text',
      `The ring text has owner ${stranger}, and only ${members.length} members.`,
    );
  }
  return {
    clusterId: checkedClusterId(clusterId),
    epoch,
    ringSize,
    hashVersion,
    members,
    owners: Int16Array.from(owners),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RingError('bad-ring-text', `The ring text is not JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
