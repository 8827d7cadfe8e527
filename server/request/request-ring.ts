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
  readonly lists: PreferenceLists;
  /** The cluster's quorum, capped at its members. */
  readonly quorum: Quorum;
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
  /** How many members the cluster has. */
  members: number;
  /** As the cluster was told, for as many members as it asks for. */
  quorum: Quorum;
}): RequestRing {
  const { epoch, owners, members } = options;
  const quorum = cappedQuorum(options.quorum, members);
  return {
    epoch,
    ringSize: owners.length,
    owners,
    lists: new PreferenceLists(owners),
    quorum,
    distinctOwners: distinctOwners(owners, quorum.n),
  };
}

/** Fills the list with the primaries of a key at `position`, whoever is up. */
export function listPrimaries({ owners, quorum }: RequestRing, position: number, list: PreferenceList): void {
  list.count = Math.min(quorum.n, owners.length);
  for (let step = 0; step < list.count; step++) {
    const at = (position + step) % owners.length;
    list.positions[step] = at;
    list.members[step] = owners[at]!;
    list.isPrimary[step] = 1;
  }
}
