/**
 * One machine of the simulation: the process that runs on it, or nothing, and its clocks. Whatever happens at a
 * machine goes through `later` or `at`: so it waits while the machine is frozen, and is lost if the process has
 * ended by then.
 */
import type { RkvNode } from '../node/index.js';
import type { Scheduler } from './scheduler.js';

/** Kinds of events, as they are folded into the trace; the machine's number is added. */
export const eventTag = {
  tick: 0x100,
  flush: 0x200,
  link: 0x300,
  bytes: 0x400,
  client: 0x500,
  disk: 0x600,
  nemesis: 0x700,
  session: 0x800,
} as const;

const wallStartMs = 1_700_000_000_000;

export class SimulatedMachine {
  readonly number: number;
  node: RkvNode | undefined;
  /** Counts its lives, so that what was meant for a former one is lost. */
  life = 0;
  flushIsDue = false;
  /** Added to what arrives and what is sent: a machine that is busy with something else. */
  slowMs = 0;
  /** Added to every sync of its disk. */
  slowSyncMs = 0;
  /** How far its wall clock is ahead, and how fast it gets further. */
  clockOffsetMs = 0;
  clockDriftPpm = 0;
  readonly #scheduler: Scheduler;
  #isFrozen = false;
  /** Events that came while it was frozen. */
  #backlog: (() => void)[] = [];

  constructor(number: number, scheduler: Scheduler) {
    this.number = number;
    this.#scheduler = scheduler;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  get wallMs(): number {
    const nowMs = this.#scheduler.nowMs;
    return wallStartMs + Math.floor(nowMs + this.clockOffsetMs + (nowMs * this.clockDriftPpm) / 1_000_000);
  }

  /** The process ends at once: what was under way is lost. */
  end(): void {
    this.node = undefined;
    this.life++;
    this.#backlog = [];
    this.#isFrozen = false;
    this.flushIsDue = false;
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const event of this.#backlog.splice(0)) event();
  }

  /** Runs something now, or when the machine thaws; nothing if its process has ended by then. */
  at(event: () => void): void {
    if (!this.#isFrozen) {
      event();
      return;
    }
    const { life } = this;
    this.#backlog.push(() => {
      if (this.life === life) event();
    });
  }

  later(ms: number, tag: number, event: () => void): void {
    const { life } = this;
    this.#scheduler.after(ms, tag + this.number, () => {
      if (this.life === life) this.at(event);
    });
  }
}
