/**
 * The ring as requests use it: owners by the numbers that this node has given to members, the preference lists
 * over them, and the quorum that so many members can meet. It is never changed: when the cluster decides
 * something else, the node puts another one in its place, in one assignment, so every request sees one ring
 * from its beginning to its end.
 */
import { type PreferenceList, PreferenceLists } from '../ring/index.js';
import { cappedQuorum, distinctOwners, type Quorum } from './quorum.js';

export interface RequestRing {
  /** Counts decisions: of two rings of one cluster the higher is the newer. */
  readonly epoch: number;
  readonly ringSize: number;
  /** By position: the number of the owner. Numbers are this node's own, and mean nothing to others. */
  readonly owners: Int16Array;
  /** By position: who will be the owner when what is being handed over has been; `owners` itself if nothing is. */
  readonly nextOwners: Int16Array;
  readonly lists: PreferenceLists;
  /** The cluster's quorum, capped at its members. */
  readonly quorum: Quorum;
  /** The cluster's n, not capped. */
  readonly copies: number;
  /**
   * By position: who the primaries of its keys are and will be, as a number that is the same on every node that
   * knows the same. 32 bits.
   */
  readonly views: Uint32Array;
  /** By position: the most distinct members that may be asked for. */
  readonly distinctOwners: Uint8Array;
}

/** Where requests find the ring of the moment. */
export interface RingHolder {
  readonly current: RequestRing;
}

export function requestRing(options: {
  epoch: number;
  owners: Int16Array;
  nextOwners: Int16Array;
  /** A number of 32 bits for each member's number, the same on every node. */
  idOf: (member: number) => number;
  /** How many members the cluster has. */
  members: number;
  /** As the cluster was told, for as many members as it asks for. */
  quorum: Quorum;
}): RequestRing {
  const { epoch, members, owners } = options;
  const isSame = owners.every((owner, position) => owner === options.nextOwners[position]);
  const nextOwners = isSame ? owners : options.nextOwners;
  const quorum = cappedQuorum(options.quorum, members);
  return {
    epoch,
    ringSize: owners.length,
    owners,
    nextOwners,
    copies: options.quorum.n,
    views: viewsOf(owners, nextOwners, options.quorum.n, options.idOf),
    lists: new PreferenceLists(owners),
    quorum,
    distinctOwners: distinctOwners(owners, quorum.n),
  };
}

/** Fills the list with the primaries of a key at `position`, whoever is up. */
export function listPrimaries(owners: Int16Array, position: number, n: number, list: PreferenceList): void {
  list.count = Math.min(n, owners.length);
  for (let step = 0; step < list.count; step++) {
    const at = (position + step) % owners.length;
    list.positions[step] = at;
    list.members[step] = owners[at]!;
    list.isPrimary[step] = 1;
  }
}

/** By position, a hash (FNV-1a over words) of n, its primaries and its next primaries. */
function viewsOf(
  owners: Int16Array,
  nextOwners: Int16Array,
  n: number,
  idOf: (member: number) => number,
): Uint32Array {
  const ids = new Map([...owners, ...nextOwners].map((owner) => [owner, 0]));
  for (const owner of ids.keys()) ids.set(owner, idOf(owner));
  return Uint32Array.from(owners, (_, position) => {
    let hash = Math.imul(0x811c9dc5 ^ n, 0x01000193);
    for (let step = 0; step < n; step++) {
      const at = (position + step) % owners.length;
      for (const owner of [owners[at]!, nextOwners[at]!]) {
        hash = Math.imul(hash ^ ids.get(owner)!, 0x01000193);
        hash = Math.imul(hash ^ (hash >>> 15), 0x01000193);
      }
    }
    return hash >>> 0;
  });
}
