/**
 * Operators as faults: each command at a moment, and at a node, drawn by chance, without regard to what else goes
 * on. A plan and its commit come one after the other, at two nodes, with whatever happens in between.
 */
import type { RandomStream } from '../random-stream.js';
import type { Action } from './action.js';
import type { FaultKind } from './fault-kinds.js';

const different = (random: RandomStream, nodes: number, count: number) =>
  random.shuffled(Array.from({ length: nodes }, (_, node) => node)).slice(0, count);
const action = (verb: string, nodes: readonly number[]): Action => ({ verb, nodes, amount: 0 });

/** A node joins, and after a while is staged to replace another: asked at the third. */
function replacing(name: string, verb: string, weight: number): FaultKind {
  return {
    name,
    isOperator: true,
    isBetween: true,
    weight,
    lastsMs: [100, 2000],
    begin: (random, nodes) => action('join', different(random, nodes, 2)),
    end: ({ nodes: [joining, member] }) => action(verb, [member!, member!, joining!]),
  };
}

export const operatorKinds: readonly FaultKind[] = [
  {
    name: 'op-join',
    isOperator: true,
    isBetween: true,
    weight: 6,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('join', different(random, nodes, 2)),
  },
  {
    name: 'op-leave',
    isOperator: true,
    isBetween: true,
    weight: 2,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('leave', [random.below(nodes), random.below(nodes)]),
  },
  replacing('op-replace', 'replace', 3),
  replacing('op-force-replace', 'force-replace', 2),
  {
    name: 'op-force-remove',
    isOperator: true,
    isBetween: true,
    weight: 1,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('force-remove', different(random, nodes, 2)),
  },
  {
    name: 'op-down',
    isOperator: true,
    isBetween: true,
    weight: 2,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('down', different(random, nodes, 2)),
  },
  {
    name: 'op-clear',
    isOperator: true,
    weight: 1,
    lastsMs: [0, 0],
    begin: (random, nodes) => action('clear', [random.below(nodes)]),
  },
  {
    name: 'op-commit',
    isOperator: true,
    weight: 8,
    lastsMs: [50, 4000],
    begin: (random, nodes) => action('plan', [random.below(nodes)]),
    end: ({ nodes: [asked] }) => action('commit', [asked!]),
  },
];
