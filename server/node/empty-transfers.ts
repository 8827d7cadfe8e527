/**
 * Hands over partitions of which this node holds nothing: there is nothing to send, so they are handed over at
 * once. Partitions with data stay where they are.
 */
import type { Handover, Transfers } from './handover.js';

export class EmptyTransfers implements Transfers {
  readonly #isEmpty: (position: number) => boolean;
  readonly #handedOver: (position: number) => void;

  constructor(options: {
    isEmpty: (position: number) => boolean;
    /** The data of a partition is at its next owner. */
    handedOver: (position: number) => void;
  }) {
    this.#isEmpty = options.isEmpty;
    this.#handedOver = options.handedOver;
  }

  update(handovers: readonly Handover[]): void {
    for (const { kind, position } of handovers)
      if (kind === 'ownership' && this.#isEmpty(position)) this.#handedOver(position);
  }
}
