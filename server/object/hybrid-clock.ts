/**
 * The clock that issues versions: a hybrid logical clock (Kulkarni and others, 2014). It follows the wall
 * clock while that moves forward, and counts while it stands still or jumps back, so that every version is
 * above all that this node has issued or seen. It is only as true as the wall clock: of two writes on two
 * nodes that did not see each other, the one with the clock ahead wins.
 */
import assert from 'node:assert/strict';
import { versionMs } from './version.js';

export interface HybridClockOptions {
  /** The wall clock, in milliseconds since 1970. It may stand still and jump. */
  nowMs: () => number;
  /** The id of this node, 32 bits unsigned. */
  nodeId: number;
  /** How many times this node has begun, 32 bits unsigned: raised and stored before the first version. */
  incarnation: number;
  /**
   * How far ahead of the wall clock a version from elsewhere may be. Higher tolerates worse clocks; lower keeps
   * one node with a wrong clock from dragging all the others into the future. Default 500 ms.
   */
  maxSkewMs?: number;
  /** Versions are issued above this time, for a node that stored how far its clock had come. Default 0. */
  floorMs?: number;
}

/** The default of `maxSkewMs`. */
export const maxSkewMsDefault = 500;

const counterMax = 0xffff;

export class HybridClock {
  /**
   * The wall clock counts as standing still here: for a node that stores how far its clock may come. What comes
   * from others may draw the clock above it, by `maxSkewMs` at most.
   */
  ceilingMs = Number.POSITIVE_INFINITY;
  readonly #nowMs: () => number;
  readonly #nodeId: number;
  readonly #incarnation: number;
  readonly #maxSkewMs: number;
  #ms: number;
  #counter = counterMax;

  constructor(options: HybridClockOptions) {
    const { nowMs, nodeId, incarnation, maxSkewMs = maxSkewMsDefault, floorMs = 0 } = options;
    assert.equal(nodeId, nodeId >>> 0, 'a node id has 32 bits');
    assert.equal(incarnation, incarnation >>> 0, 'an incarnation has 32 bits');
    this.#nowMs = nowMs;
    this.#nodeId = nodeId;
    this.#incarnation = incarnation;
    this.#maxSkewMs = maxSkewMs;
    this.#ms = floorMs;
  }

  /** The highest time issued or observed, in milliseconds: to be stored, and given back as `floorMs`. */
  get latestMs(): number {
    return this.#ms;
  }

  /** Writes a version above everything issued or observed into `target[offset..offset+16)`. */
  next(target: Buffer, offset: number): void {
    const nowMs = Math.min(Math.floor(this.#nowMs()), this.ceilingMs);
    if (nowMs > this.#ms) {
      this.#ms = nowMs;
      this.#counter = 0;
    } else if (this.#counter < counterMax) {
      this.#counter++;
    } else {
      // The counter is full: borrow from the future, since the wall clock has not moved.
      this.#ms++;
      this.#counter = 0;
    }
    writeWord(target, offset, Math.floor(this.#ms / 0x10000));
    writeWord(target, offset + 4, (this.#ms % 0x10000) * 0x10000 + this.#counter);
    writeWord(target, offset + 8, this.#nodeId);
    writeWord(target, offset + 12, this.#incarnation);
  }

  /**
   * Takes note of a version from elsewhere, so that the next one is above it. Returns false, and takes no note,
   * if it is more than maxSkewMs ahead of the wall clock and of all before it: then one of the two clocks is
   * wrong. What is not above all before it is fine, even when the wall clock has jumped back since.
   */
  observe(source: Buffer, offset: number): boolean {
    const ms = versionMs(source, offset);
    if (ms > this.#ms && ms > Math.min(this.#nowMs(), this.ceilingMs) + this.#maxSkewMs) return false;
    const counter = source.readUInt16BE(offset + 6);
    if (ms > this.#ms) {
      this.#ms = ms;
      this.#counter = counter;
    } else if (ms === this.#ms && counter > this.#counter) {
      this.#counter = counter;
    }
    return true;
  }
}

/** 32 bits, big-endian; byte by byte, since that is several times faster than Buffer's checked methods. */
function writeWord(target: Buffer, offset: number, word: number): void {
  target[offset] = word >>> 24;
  target[offset + 1] = word >>> 16;
  target[offset + 2] = word >>> 8;
  target[offset + 3] = word;
}
