/**
 * Sees that a node's next life knows the cluster: saves what matters of the state when it has changed, before
 * anybody else hears of it. What cannot be saved is tried again; until then the node goes on.
 */
import { type ClusterState, isSameCluster } from '../membership/index.js';
import type { Environment, SavedCluster } from './environment.js';

/** The wait before a save that failed is tried again. */
const retryMs = 1000;

export class ClusterSaver {
  readonly #environment: Environment;
  #saved: SavedCluster | undefined;
  #wanted: SavedCluster | undefined;
  #retryAtMs = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  save(state: ClusterState, copies: number): void {
    if (this.#environment.saveCluster === undefined) return;
    const isSame = this.#saved?.copies === copies && isSameCluster(this.#saved.state, state);
    this.#wanted = isSame ? undefined : { state, copies };
    this.#try();
  }

  tick(nowMs: number): void {
    if (this.#wanted !== undefined && nowMs >= this.#retryAtMs) this.#try();
  }

  #try(): void {
    if (this.#wanted === undefined) return;
    try {
      this.#environment.saveCluster?.(this.#wanted);
      this.#saved = this.#wanted;
      this.#wanted = undefined;
    } catch (error) {
      const reason = (error as Error).message;
      this.#retryAtMs = this.#environment.nowMs() + retryMs;
      this.#environment.log({ level: 'warn', event: 'cluster-not-saved', reason });
    }
  }
}
