/**
 * One question to the vnodes that vote on a key, and which of them have answered it. In each group enough members
 * must vote: one group of a key's primaries, or two while the ring changes, the old primaries and the new ones. A
 * vnode counts once, however often it answers.
 */
import type { ReplicaGroup, ReplicaVnode } from './replica-groups.js';

type State = 'asked' | 'answered' | 'failed';

export class ReplicaRound {
  readonly #groups: readonly ReplicaGroup[];
  readonly #states: Map<ReplicaVnode, State>;
  readonly #countsTwice: boolean;
  #countedTwice = 0;

  /** `countsTwice` plants a fault, for tests that must find it. */
  constructor(groups: readonly ReplicaGroup[], countsTwice = false) {
    this.#groups = groups;
    this.#states = new Map(groups.flatMap(({ voters }) => voters.flat()).map((vnode) => [vnode, 'failed']));
    this.#countsTwice = countsTwice;
  }

  /** Those in some state; all at first have failed, since nobody has asked them. */
  in(state: State): ReplicaVnode[] {
    return [...this.#states].filter(([, found]) => found === state).map(([vnode]) => vnode);
  }

  /** The vnode is asked, for the first time or once more. */
  ask(vnode: ReplicaVnode): void {
    if (this.#states.get(vnode) !== 'answered') this.#states.set(vnode, 'asked');
  }

  /**
   * The vnode that an answer came from, or undefined if it is none of these or has answered before. The answer of
   * one that was given up counts all the same.
   */
  awaited(member: number, position: number): ReplicaVnode | undefined {
    for (const [vnode, state] of this.#states) {
      if (vnode.member !== member || vnode.position !== position) continue;
      if (state !== 'answered') return vnode;
      if (this.#countsTwice) this.#countedTwice++;
    }
    return undefined;
  }

  answer(vnode: ReplicaVnode): void {
    this.#states.set(vnode, 'answered');
  }

  /** The vnode cannot answer, or cannot be reached; until it is asked once more. */
  fail(vnode: ReplicaVnode): void {
    this.#states.set(vnode, 'failed');
  }

  /** Takes what a vnode says to a write; false if it was not asked, or has said it before. */
  acknowledge(member: number, position: number, isOk: boolean): boolean {
    const vnode = this.awaited(member, position);
    if (vnode === undefined) return false;
    this.#states.set(vnode, isOk ? 'answered' : 'failed');
    return true;
  }

  /** Fails what is asked of a member; returns whether there was anything. */
  failMember(member: number): boolean {
    const lost = this.in('asked').filter((vnode) => vnode.member === member);
    for (const vnode of lost) this.fail(vnode);
    return lost.length > 0;
  }

  get isEnough(): boolean {
    return this.#groups.every((group) => this.#votes(group) + this.#countedTwice >= group.needed);
  }

  /** In some group too few are left. */
  get isHopeless(): boolean {
    return this.#groups.some(({ voters, needed }) => {
      const possible = voters.filter((voter) => voter.every((vnode) => this.#states.get(vnode) !== 'failed'));
      return possible.length < needed;
    });
  }

  /** For people: `1 of 2`, of the group that lacks most. */
  get told(): string {
    let [least, needed] = [0, 0];
    for (const group of this.#groups) {
      const votes = this.#votes(group);
      if (needed > 0 && votes - group.needed >= least - needed) continue;
      [least, needed] = [votes, group.needed];
    }
    return `${least} of ${needed}`;
  }

  #votes({ voters }: ReplicaGroup): number {
    return voters.filter((voter) => voter.every((vnode) => this.#states.get(vnode) === 'answered')).length;
  }
}
