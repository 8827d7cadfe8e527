// A trace as part of a plan: what it holds, where it came from, and how fast it is gone through.
import type { Trace } from '../trace/index.js';

export interface PlannedTrace {
  file: string;
  /** Of the file, in hexadecimal. */
  sha256: string;
  /** 1: as it was; 2: in half of the time. */
  speed: number;
  entries: Trace;
}
