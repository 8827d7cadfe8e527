/** What a request with a quorum of its own asks for. */
import type { Consistency } from './consistency.js';

export interface QuorumAsk {
  readonly consistency: Consistency;
  /** Copies. */
  readonly n: number;
  /** Vnodes that must answer: r of a get, w of a write. Strict and atomic, these are distinct members. */
  readonly needed: number;
  /** `needed` was named. If not, strict requests ask for no more members than are primaries of the key. */
  readonly isNeededNamed: boolean;
  /** How many of them must be primaries: pr, pw. */
  readonly primaries: number;
  /** How many distinct members must be among them: node confirms. */
  readonly nodes: number;
  readonly timeoutMs: number;
}
