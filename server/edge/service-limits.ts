/**
 * The limits that an operator may set, by name: what clients may cost a server. README.md has this table, and a test
 * holds them together. All other limits are constants beside what they limit.
 */
import { clientTimesDefault, type NodeLimits, nodeLimitsDefault } from '../node/index.js';
import { ServerError } from '../server-error.js';

type NumberField = Exclude<keyof NodeLimits, 'repair'>;

export interface ServiceLimit {
  readonly name: string;
  readonly default: number;
  readonly least: number;
  readonly meaning: string;
  /** What happens there. */
  readonly reached: string;
  /** What counts that, in INFO and the metrics. */
  readonly counter: string;
  readonly field: NumberField | 'clientsMax';
}

export const clientsMaxDefault = 10_000;
/** No limit may be set higher. */
export const serviceLimitMax = 2 ** 31;

export const serviceLimits: readonly ServiceLimit[] = [
  {
    name: 'clients',
    default: clientsMaxDefault,
    least: 1,
    meaning: 'clients that are connected at once',
    reached: 'one more is told `ERR max number of clients reached`, and closed',
    counter: 'rejected_connections',
    field: 'clientsMax',
  },
  {
    name: 'pipeline',
    default: nodeLimitsDefault.clientRepliesMax,
    least: 1,
    meaning: 'replies that one client may wait for',
    reached: 'it is not read on until half of them are written',
    counter: 'clients_held_total',
    field: 'clientRepliesMax',
  },
  {
    name: 'request-bytes',
    default: nodeLimitsDefault.clientRequestBytesMax,
    least: 1024,
    meaning: 'bytes of one whole request',
    reached: 'the client gets a protocol error, and is closed',
    counter: 'protocol_errors_total',
    field: 'clientRequestBytesMax',
  },
  {
    name: 'output-bytes',
    default: nodeLimitsDefault.clientOutputBytesMax,
    least: 1024,
    meaning: 'bytes that one client leaves unread',
    reached: 'it is closed; long before, it is not read on',
    counter: 'clients_not_reading_total',
    field: 'clientOutputBytesMax',
  },
  {
    name: 'request-ms',
    default: clientTimesDefault.clientRequestMs,
    least: 100,
    meaning: 'milliseconds to send a whole request',
    reached: 'the client is closed',
    counter: 'clients_slow_total',
    field: 'clientRequestMs',
  },
  {
    name: 'login-ms',
    default: clientTimesDefault.clientLoginMs,
    least: 100,
    meaning: 'milliseconds to log in, where there are users',
    reached: 'the client is closed',
    counter: 'clients_not_logged_in_total',
    field: 'clientLoginMs',
  },
  {
    name: 'idle-ms',
    default: clientTimesDefault.clientIdleMs,
    least: 0,
    meaning: 'milliseconds that a client may say nothing; 0 for ever',
    reached: 'the client is closed',
    counter: 'clients_idle_total',
    field: 'clientIdleMs',
  },
  {
    name: 'requests',
    default: nodeLimitsDefault.requestsMax,
    least: 1,
    meaning: 'requests of the node that wait for other members',
    reached: 'one more is answered `BUSY`, and nothing was done',
    counter: 'requests_busy_total',
    field: 'requestsMax',
  },
];

export interface SetLimits {
  readonly clientsMax: number;
  readonly node: Partial<NodeLimits>;
}

/** Reads `name=number`s; throws a ServerError that says what is wrong and what there is. */
export function readServiceLimits(texts: readonly string[]): SetLimits {
  let clientsMax = clientsMaxDefault;
  const node: Partial<Record<NumberField, number>> = {};
  for (const text of texts) {
    const [, name, digits] = /^([a-z-]+)=([0-9]{1,12})$/.exec(text) ?? [];
    const limit = serviceLimits.find((known) => known.name === name);
    const value = Number(digits);
    if (limit === undefined || value < limit.least || value > serviceLimitMax) throw mistake(text, limit);
    if (limit.field === 'clientsMax') clientsMax = value;
    else node[limit.field] = value;
  }
  return { clientsMax, node };
}

function mistake(text: string, limit: ServiceLimit | undefined): ServerError {
  const told =
    limit === undefined
      ? `write NAME=NUMBER, with one of ${serviceLimits.map(({ name }) => name).join(', ')}; for example clients=1000`
      : `${limit.name} (${limit.meaning}) is a number from ${limit.least} to ${serviceLimitMax}`;
  return new ServerError('bad-limit', `--limit ${text}: ${told}.`, { definite: true });
}
