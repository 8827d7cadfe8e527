// What decides when an operation starts: the end of the last one (a closed loop), or a schedule (an open loop).
import type { OpenSchedule } from './open-schedule.js';
import type { ThinkTime } from './think-dispatch.js';

export type LoadMode =
  | { kind: 'max'; thinkTime: ThinkTime | null }
  | { kind: 'rate'; schedule: OpenSchedule };
