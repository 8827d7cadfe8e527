/**
 * How the outcome of a request is told to its client: the same get answers GET, EXISTS, RKV.GET and RKV.PING.
 * Also the texts of failures: the first word tells programs what happened.
 */
import { neverExpires } from '../object/index.js';
import type {
  FailureCode,
  QuorumOutcome,
  QuorumResult,
  RequestOutcome,
  UpdateOutcome,
} from '../request/index.js';
import type { ReplyWriter } from '../resp/index.js';
import { type AdminAnswer, answerJson } from './admin/admin-answer.js';

export const replyForm = {
  /** The value, or null. */
  value: 0,
  /** OK. */
  ok: 1,
  /** 1 if there is a value, or was one before a delete; else 0. */
  existence: 2,
  /** As `existence`, added to the sum under the ticket. */
  sum: 3,
  /** Value or null, node, partition. */
  valueAndVnode: 4,
  /** ok, node, partition. */
  okAndVnode: 5,
  /** The length of the value, 0 without one. */
  length: 6,
  /** The time to live in seconds, for TTL: -1 for a value that stays, -2 without one. */
  secondsToLive: 7,
  /** The type: string, or none. */
  typeName: 8,
  /** Not told by itself: one of the requests of a command over all keys. */
  part: 9,
  /** As `secondsToLive`, in milliseconds. */
  millisecondsToLive: 10,
  /** And above, for RKV.PING: pong, this number less `pong` and plus one, node, partition. */
  pong: 11,
} as const;

/** Forms below zero are the parts of a gathered reply (MGET): part i has the form `-1 - i`. */
export function gatherForm(part: number): number {
  return -1 - part;
}

/** The largest number that RKV.PING takes: it is carried in the form. */
export const pingValueMax = 1_000_000_000;

/** The names of the vnode that answered, for the forms that tell it. */
export interface VnodeNames {
  nodeName(member: number): string;
  partitionName(position: number): string;
}

/** Writes the reply of a request that ended well, in any form but `sum`. */
export function writeOutcome(
  writer: ReplyWriter,
  form: number,
  outcome: RequestOutcome,
  names: VnodeNames,
): void {
  switch (form) {
    case replyForm.value:
      writeValue(writer, outcome);
      return;
    case replyForm.ok:
      writer.ok();
      return;
    case replyForm.existence:
      writer.integer(existence(outcome));
      return;
    case replyForm.length:
      writer.integer(outcome.kind === 'found' ? outcome.record.valueEnd - outcome.record.valueStart : 0);
      return;
    case replyForm.secondsToLive:
      writer.integer(timeToLive(outcome, 1000));
      return;
    case replyForm.millisecondsToLive:
      writer.integer(timeToLive(outcome, 1));
      return;
    case replyForm.typeName:
      writer.status(outcome.kind === 'found' ? 'string' : 'none');
      return;
    case replyForm.valueAndVnode:
      writer.array(3);
      writeValue(writer, outcome);
      break;
    case replyForm.okAndVnode:
      writer.array(3);
      writer.text('ok');
      break;
    default:
      writer.array(4);
      writer.text('pong');
      writer.integer(form - replyForm.pong + 1);
  }
  writer.text(names.nodeName(outcome.member));
  writer.text(names.partitionName(outcome.position));
}

/** Rounded to the nearest unit, as in Redis. */
function timeToLive({ kind, record, nowMs }: RequestOutcome, unitMs: number): number {
  if (kind !== 'found') return -2;
  return record.expiresMs === neverExpires ? -1 : Math.round((record.expiresMs - nowMs) / unitMs);
}

/** 1 if the key has a value, or had one before it was deleted. */
export function existence(outcome: RequestOutcome): number {
  return outcome.kind === 'found' || (outcome.kind === 'stored' && outcome.existed) ? 1 : 0;
}

/** The error line of a request that failed. Of these only UNCERTAIN leaves open whether the write took effect. */
export function failureText({ code, message }: { code: FailureCode; message: string }): string {
  switch (code) {
    case 'busy':
      return `BUSY ${message}`;
    case 'unavailable':
      return `UNAVAILABLE ${message}`;
    case 'uncertain':
      return `UNCERTAIN ${message}`;
    case 'storage-full':
      return `OOM ${message}`;
  }
}

/**
 * The reply of a request with a quorum of its own: its reason, and for each vnode that answered what it did, its
 * node and its partition. What it did is `ok` for a write, [`ok`, value] for a get, and [`error`, why] for a
 * value that is not there (`not_found`, which is an answer) and for what failed.
 */
export function writeQuorumOutcome(writer: ReplyWriter, outcome: QuorumOutcome, names: VnodeNames): void {
  if (outcome.kind === 'failed') {
    writer.error(failureText(outcome));
    return;
  }
  writer.array(2);
  writer.text(outcome.reason);
  writer.array(outcome.results.length);
  for (const result of outcome.results) {
    writer.array(3);
    writeQuorumResult(writer, result);
    writer.text(names.nodeName(result.member));
    writer.text(names.partitionName(result.position));
  }
}

/** The value that was there, or OK; null if there was none, or nothing was changed. */
export function writeUpdateOutcome(writer: ReplyWriter, outcome: UpdateOutcome, returnsOld: boolean): void {
  if (outcome.kind === 'failed') writer.error(failureText(outcome));
  else if (outcome.old !== undefined) writer.bulk(outcome.old, 0, outcome.old.length);
  else if (returnsOld || !outcome.isStored) writer.null();
  else writer.ok();
}

/** A text, or an error line with all lines of it; as JSON always a text, which says itself whether it went well. */
export function writeAdminAnswer(writer: ReplyWriter, answer: AdminAnswer, isJson: boolean): void {
  if (isJson) writer.text(answerJson(answer));
  else if (answer.isOk) writer.text(answer.text);
  else writer.error(`ERR ${answer.text.replaceAll('\n', ' ')}`);
}

function writeQuorumResult(writer: ReplyWriter, { kind, value, error = 'failed' }: QuorumResult): void {
  if (kind === 'stored') {
    writer.text('ok');
    return;
  }
  writer.array(2);
  if (value !== undefined) {
    writer.text('ok');
    writer.bulk(value, 0, value.length);
  } else {
    writer.text('error');
    writer.text(kind === 'not_found' ? kind : error);
  }
}

function writeValue(writer: ReplyWriter, { kind, record }: RequestOutcome): void {
  if (kind === 'found') writer.bulk(record.value, record.valueStart, record.valueEnd);
  else writer.null();
}
