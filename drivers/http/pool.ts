// HTTP requests of one worker on a connection of its own, and what their failures mean. Bodies are whole buffers.
import { Pool } from 'undici';
import type { DriverOptions, Outcome } from '../../bench/driver.js';

export interface HttpRequest {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  headers?: Record<string, string> | undefined;
  body?: Buffer | string | undefined;
}

export interface HttpAnswer {
  status: number;
  body: Buffer;
}

export type Failed = Extract<Outcome, { kind: 'failed' }>;

/** Causes for which a request cannot have reached the server. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** What a worker waits when the server cannot be reached, so that it does not try thousands of times a second. */
const unreachableWaitMs = 20;

export class HttpPool {
  readonly #pool: Pool;

  /** Worker i goes to endpoint i modulo their number. */
  constructor(workerId: number, { endpoints, timeoutMs }: DriverOptions) {
    const { host, port } = endpoints[(workerId - 1) % endpoints.length]!;
    const name = host.includes(':') ? `[${host}]` : host;
    this.#pool = new Pool(`http://${name}:${port}`, {
      connections: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
  }

  /** The answer, whatever its status; a failure when there is none. */
  async request({ method, path, headers, body }: HttpRequest): Promise<HttpAnswer | Failed> {
    try {
      const answer = await this.#pool.request({
        method,
        path,
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
      });
      return { status: answer.statusCode, body: Buffer.from(await answer.body.arrayBuffer()) };
    } catch (error) {
      const { code = 'http', message } = error as NodeJS.ErrnoException;
      const definite = neverSent.has(code);
      if (definite) await new Promise<void>((resolve) => setTimeout(resolve, unreachableWaitMs));
      return { kind: 'failed', code, definite, message };
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}

/** A status that is no success. The server refused with 4xx; after 5xx nobody knows. */
export function failedStatus({ status, body }: HttpAnswer): Failed {
  const text = body.toString('utf8', 0, 200).trim();
  const message = text === '' ? `status ${status}` : `status ${status}: ${text}`;
  return { kind: 'failed', code: `http_${status}`, definite: status >= 400 && status < 500, message };
}
