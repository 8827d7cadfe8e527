// What is done to the store in the middle of a run, as planned: when, what, to whom, and for how long.

export const faultKinds = ['kill', 'pause', 'restart', 'join', 'leave', 'partition', 'command'] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * - kill: SIGKILL; with a duration the server is started again after it, on its data if those are on disk.
 * - pause: SIGSTOP, and SIGCONT after the duration.
 * - restart: SIGKILL, and started again at once.
 * - join: one more server is started and becomes a member; over when nothing is left to hand over.
 * - leave: a server hands over what it has and goes; over when nothing is left to hand over.
 * - partition: for the duration, nothing passes between these servers and the others; clients reach all of them.
 * - command: a program of the user's is run; `undo` is run after the duration, and whatever happens.
 */
export type FaultAction =
  | { readonly kind: 'kill'; readonly nodes: readonly number[]; readonly durationMs: number | null }
  | { readonly kind: 'pause'; readonly nodes: readonly number[]; readonly durationMs: number }
  | { readonly kind: 'restart' | 'leave'; readonly nodes: readonly number[]; readonly durationMs: null }
  | { readonly kind: 'join'; readonly nodes: readonly []; readonly durationMs: null }
  | { readonly kind: 'partition'; readonly nodes: readonly number[]; readonly durationMs: number }
  | {
      readonly kind: 'command';
      readonly nodes: readonly [];
      readonly durationMs: number | null;
      readonly command: readonly string[];
      readonly undo: readonly string[] | null;
      /** Of the command, and of undoing it. */
      readonly timeoutMs: number;
    };

/** Nodes are numbered from 0; `atMs` counts from the start of the run, warm-up included. */
export type PlannedFault = { readonly atMs: number; readonly label: string } & FaultAction;

/** `node1`, as people call it, is number 0. */
export function nodeText(node: number): string {
  return `node${node + 1}`;
}
