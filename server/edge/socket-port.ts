/** A TCP socket as the node uses it: writes, and tells when the other side is behind. */
import type { Socket } from 'node:net';
import type { ClientPort } from '../node/index.js';

export class SocketPort implements ClientPort {
  readonly #socket: Socket;
  readonly #onDrained: () => void;
  #isAwaitingDrain = false;

  /** `onDrained` is called whenever everything has been taken, after a write that was not taken at once. */
  constructor(socket: Socket, onDrained: () => void) {
    this.#socket = socket;
    this.#onDrained = onDrained;
  }

  get address(): string {
    return `${this.#socket.remoteAddress ?? ''}:${this.#socket.remotePort ?? 0}`;
  }

  write(bytes: Buffer): boolean {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return true;
    socket.write(bytes);
    if (socket.writableLength === 0) return true;
    if (!this.#isAwaitingDrain) {
      this.#isAwaitingDrain = true;
      // 'drain' only speaks of what exceeds the high-water mark; an empty write ends when all before it has.
      socket.write(nothing, () => this.#drained());
    }
    return false;
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    // Not half: a client that never closes its side would keep the connection for ever.
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #drained(): void {
    this.#isAwaitingDrain = false;
    if (this.#socket.writableLength > 0) return;
    this.#onDrained();
  }
}

const nothing = Buffer.alloc(0);
