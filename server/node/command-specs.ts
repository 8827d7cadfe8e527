/** The commands that clients may send: names, arity and key positions, as COMMAND tells them. */
import { type AdminVerbName, adminVerbs } from './admin/admin-verbs.js';

export interface CommandSpec {
  readonly name: string;
  /** The number of arguments with the name, exactly, or at least if negative. */
  readonly arity: number;
  readonly flags: readonly string[];
  /** Positions of the first and the last key, and the step between keys; 0 for a command without keys. */
  readonly keys: readonly [first: number, last: number, step: number];
}

/** RKV.RING is older than the operator's commands: it is also one of them when it has arguments. */
const adminCommands = adminVerbs.filter(({ name }) => name !== 'ring');

const noKeys = [0, 0, 0] as const;
const oneKey = [1, 1, 1] as const;
const allKeys = [1, -1, 1] as const;

/** A command's number is its place in this list, and the constant below names it; the operator's are behind. */
export const commandSpecs: readonly CommandSpec[] = [
  { name: 'get', arity: 2, flags: ['readonly', 'fast'], keys: oneKey },
  { name: 'set', arity: -3, flags: ['write', 'denyoom'], keys: oneKey },
  { name: 'del', arity: -2, flags: ['write'], keys: allKeys },
  { name: 'exists', arity: -2, flags: ['readonly', 'fast'], keys: allKeys },
  { name: 'ping', arity: -1, flags: ['fast'], keys: noKeys },
  { name: 'echo', arity: 2, flags: ['fast'], keys: noKeys },
  { name: 'select', arity: 2, flags: ['fast'], keys: noKeys },
  { name: 'quit', arity: -1, flags: ['fast'], keys: noKeys },
  { name: 'reset', arity: 1, flags: ['fast'], keys: noKeys },
  { name: 'hello', arity: -1, flags: ['fast'], keys: noKeys },
  { name: 'command', arity: -1, flags: [], keys: noKeys },
  { name: 'config', arity: -2, flags: ['admin'], keys: noKeys },
  { name: 'client', arity: -2, flags: [], keys: noKeys },
  { name: 'info', arity: -1, flags: [], keys: noKeys },
  { name: 'dbsize', arity: 1, flags: ['readonly', 'fast'], keys: noKeys },
  { name: 'rkv.ping', arity: -1, flags: ['fast'], keys: noKeys },
  { name: 'rkv.get', arity: -2, flags: ['readonly', 'fast'], keys: oneKey },
  { name: 'rkv.put', arity: -3, flags: ['write', 'denyoom'], keys: oneKey },
  { name: 'rkv.del', arity: -2, flags: ['write'], keys: oneKey },
  { name: 'rkv.ring', arity: -1, flags: ['fast'], keys: noKeys },
  { name: 'mget', arity: -2, flags: ['readonly', 'fast'], keys: allKeys },
  { name: 'mset', arity: -3, flags: ['write', 'denyoom'], keys: [1, -1, 2] },
  { name: 'strlen', arity: 2, flags: ['readonly', 'fast'], keys: oneKey },
  { name: 'ttl', arity: 2, flags: ['readonly', 'fast'], keys: oneKey },
  { name: 'pttl', arity: 2, flags: ['readonly', 'fast'], keys: oneKey },
  { name: 'keys', arity: 2, flags: ['readonly'], keys: noKeys },
  { name: 'scan', arity: -2, flags: ['readonly'], keys: noKeys },
  { name: 'randomkey', arity: 1, flags: ['readonly'], keys: noKeys },
  { name: 'flushall', arity: -1, flags: ['write'], keys: noKeys },
  { name: 'flushdb', arity: -1, flags: ['write'], keys: noKeys },
  { name: 'function', arity: -2, flags: [], keys: noKeys },
  { name: 'debug', arity: -2, flags: ['admin'], keys: noKeys },
  { name: 'type', arity: 2, flags: ['readonly', 'fast'], keys: oneKey },
  { name: 'unlink', arity: -2, flags: ['write', 'fast'], keys: allKeys },
  { name: 'touch', arity: -2, flags: ['readonly', 'fast'], keys: allKeys },
  { name: 'getex', arity: -2, flags: ['write', 'fast'], keys: oneKey },
  { name: 'auth', arity: -2, flags: ['fast'], keys: noKeys },
  { name: 'acl', arity: -2, flags: [], keys: noKeys },
  { name: 'rkv.state', arity: -1, flags: ['admin'], keys: noKeys },
  ...adminCommands.map(({ name }) => ({
    name: `rkv.${name}`,
    arity: -1,
    flags: ['admin'],
    keys: noKeys,
  })),
];

export const command = {
  get: 0,
  set: 1,
  del: 2,
  exists: 3,
  ping: 4,
  echo: 5,
  select: 6,
  quit: 7,
  reset: 8,
  hello: 9,
  command: 10,
  config: 11,
  client: 12,
  info: 13,
  dbsize: 14,
  rkvPing: 15,
  rkvGet: 16,
  rkvPut: 17,
  rkvDel: 18,
  rkvRing: 19,
  mget: 20,
  mset: 21,
  strlen: 22,
  ttl: 23,
  pttl: 24,
  keys: 25,
  scan: 26,
  randomkey: 27,
  flushall: 28,
  flushdb: 29,
  function: 30,
  debug: 31,
  type: 32,
  unlink: 33,
  touch: 34,
  getex: 35,
  auth: 36,
  acl: 37,
  rkvState: 38,
} as const;

/** The operator's verb that a command stands for, if it is one of those. */
export function adminVerbOf(number: number): AdminVerbName | undefined {
  return number === command.rkvRing ? 'ring' : adminCommands[number - command.rkvState - 1]?.name;
}
