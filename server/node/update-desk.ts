/**
 * Changes that depend on what is there, between nodes: a node that is asked for one passes it on, in one message, to
 * the member through which all changes of the key go, and is told the outcome in another. What was passed on is not
 * passed on once more, whatever the receiver's view of the ring.
 */
import type { ByteRange } from '../byte-range.js';
import {
  type FrameWriter,
  flagExpires,
  flagFailed,
  flagMissing,
  flagTombstone,
  flagUpdateAbsent,
  flagUpdateKeepsExpiry,
  flagUpdatePresent,
  flagUpdateReturnsOld,
  flagUpdateStored,
  type LinkMessage,
  messageKind,
  type RequestRef,
  updateCodeShift,
} from '../link/index.js';
import { neverExpires } from '../object/index.js';
import { type FailureCode, recordOf, type UpdateAsk, type UpdateOutcome } from '../request/index.js';

export interface UpdateDeskOptions {
  framesTo(member: number): FrameWriter;
  /** Makes a change at this node. */
  run(key: ByteRange, ask: UpdateAsk, done: (outcome: UpdateOutcome) => void): void;
  /** A member has answered what was passed on to it. */
  replied(member: number, ref: RequestRef, outcome: UpdateOutcome): void;
}

/** On the wire a code is its place in this list. */
const failureCodes = ['busy', 'unavailable', 'storage-full', 'uncertain'] as const satisfies FailureCode[];

export class UpdateDesk {
  readonly #options: UpdateDeskOptions;

  constructor(options: UpdateDeskOptions) {
    this.#options = options;
  }

  sendUpdate(member: number, ref: RequestRef, key: ByteRange, ask: UpdateAsk): void {
    const { condition, value, expiresMs = neverExpires, returnsOld } = ask;
    const flags =
      (value === undefined ? flagTombstone : 0) |
      (condition === 'absent' ? flagUpdateAbsent : 0) |
      (condition === 'present' ? flagUpdatePresent : 0) |
      (returnsOld ? flagUpdateReturnsOld : 0) |
      (ask.expiresMs === undefined ? flagUpdateKeepsExpiry : 0);
    const record = { ...recordOf(value), expiresMs };
    this.#options.framesTo(member).update(ref, flags, key, record);
  }

  /** Another member passes a change on, or answers; false if its message is about something else. */
  onMessage(member: number, message: LinkMessage): boolean {
    const { kind, slot, generation } = message;
    if (kind !== messageKind.update && kind !== messageKind.updateReply) return false;
    const ref = { slot, generation };
    if (kind === messageKind.updateReply) {
      this.#options.replied(member, ref, outcomeOf(message));
      return true;
    }
    this.#options.run(message.key, askOf(message), (outcome) => this.#reply(member, ref, outcome));
    return true;
  }

  #reply(member: number, ref: RequestRef, outcome: UpdateOutcome): void {
    const frames = this.#options.framesTo(member);
    if (outcome.kind === 'failed') {
      const flags = flagFailed | (failureCodes.indexOf(outcome.code) << updateCodeShift);
      frames.updateReply(ref, flags, Buffer.from(outcome.message));
    } else {
      const flags = (outcome.isStored ? flagUpdateStored : 0) | (outcome.old === undefined ? flagMissing : 0);
      frames.updateReply(ref, flags, outcome.old ?? nothing);
    }
  }
}

function askOf({ flags, record }: LinkMessage): UpdateAsk {
  const isPresent = (flags & flagUpdatePresent) !== 0;
  const { value, valueStart, valueEnd, expiresMs } = record;
  return {
    condition: isPresent ? 'present' : (flags & flagUpdateAbsent) !== 0 ? 'absent' : 'none',
    value: (flags & flagTombstone) !== 0 ? undefined : { bytes: value, start: valueStart, end: valueEnd },
    expiresMs:
      (flags & flagUpdateKeepsExpiry) !== 0
        ? undefined
        : (flags & flagExpires) !== 0
          ? expiresMs
          : neverExpires,
    returnsOld: (flags & flagUpdateReturnsOld) !== 0,
  };
}

function outcomeOf({ flags, key: content }: LinkMessage): UpdateOutcome {
  const bytes = content.bytes.subarray(content.start, content.end);
  if ((flags & flagFailed) !== 0) {
    const code = failureCodes[(flags >> updateCodeShift) & 3]!;
    return { kind: 'failed', code, message: bytes.toString() };
  }
  const isStored = (flags & flagUpdateStored) !== 0;
  return { kind: 'done', isStored, old: (flags & flagMissing) !== 0 ? undefined : Buffer.from(bytes) };
}

const nothing = Buffer.alloc(0);
