/**
 * What operators do, as actions: each is asked at some node, named first (of a join it is the node that joins),
 * and at any moment. What makes no sense is asked all the same, and refused by the product, but for one thing: a
 * node that is not of the cluster is not asked about it, since it would speak of its own.
 *
 * To resize the ring is a verb to add here when the product can.
 */
import type { SimulatedCluster } from '../simulated-cluster.js';
import type { VerbSpec } from './action.js';

export const operatorVerbs: Readonly<Record<string, VerbSpec>> = {
  join: {
    nodes: 2,
    meaning: 'The first node asks to join the cluster, of which the second is a member.',
    apply: (cluster, [joining, member]) =>
      !cluster.truth.isIn(joining!) &&
      cluster.truth.serves(member!) &&
      cluster.operate(joining!, ['RKV.JOIN', cluster.placeOf(member!)]) !== undefined,
  },
  leave: {
    nodes: 2,
    meaning: 'The first node is asked to stage that the second leaves.',
    apply: (cluster, [asked, ...named]) => ask(cluster, asked!, 'RKV.LEAVE', named),
  },
  replace: {
    nodes: 3,
    meaning: 'The first node is asked to stage that the third takes over all of the second.',
    apply: (cluster, [asked, ...named]) => ask(cluster, asked!, 'RKV.REPLACE', named),
  },
  'force-remove': {
    nodes: 2,
    meaning: 'The first node is asked to stage that the second is removed, its data given up.',
    apply: (cluster, [asked, ...named]) => ask(cluster, asked!, 'RKV.FORCE-REMOVE', named),
  },
  'force-replace': {
    nodes: 3,
    meaning:
      'The first node is asked to stage that the third stands for the second, whose data are given up.',
    apply: (cluster, [asked, ...named]) => ask(cluster, asked!, 'RKV.FORCE-REPLACE', named),
  },
  down: {
    nodes: 2,
    meaning: 'The first node is asked to mark the second as down.',
    apply: (cluster, [asked, ...named]) => ask(cluster, asked!, 'RKV.DOWN', named),
  },
  plan: {
    nodes: 1,
    meaning: 'The node is asked what the staged changes will do.',
    apply: (cluster, [asked]) => ask(cluster, asked!, 'RKV.PLAN', []),
  },
  commit: {
    nodes: 1,
    meaning: 'The node is asked to do what the last plan showed.',
    apply: (cluster, [asked]) => ask(cluster, asked!, 'RKV.COMMIT', []),
  },
  clear: {
    nodes: 1,
    meaning: 'The node is asked to forget all staged changes.',
    apply: (cluster, [asked]) => ask(cluster, asked!, 'RKV.CLEAR', []),
  },
};

function ask(cluster: SimulatedCluster, asked: number, command: string, named: readonly number[]): boolean {
  if (!cluster.truth.isIn(asked)) return false;
  return cluster.operate(asked, [command, ...named.map((node) => cluster.nameOf(node))]) !== undefined;
}
