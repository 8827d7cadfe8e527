/** The limits of clients: the table of the docs is that of the code, and each limit is met, counted, and costs nobody else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readServiceLimits, serviceLimits } from './edge/service-limits.js';
import { rightsOf } from './node/index.js';
import { SimulatedCluster } from './sim/simulated-cluster.js';

const readme = new URL('README.md', import.meta.url);

describe('the table of limits', () => {
  it('is in the docs as it is in the code (UPDATE=1 writes it)', () => {
    const rows = serviceLimits.map(
      ({ name, default: value, meaning, reached, counter }) =>
        `| \`${name}\` | ${value} | ${meaning} | ${reached} | \`${counter}\` |`,
    );
    const table = [
      '| limit | default | what | at the limit | counter |',
      '|---|---|---|---|---|',
      ...rows,
    ].join('\n');
    const text = readFileSync(readme, 'utf8');
    const written = text.replace(/\| limit \| default [\s\S]*?(?=\n\n)|^LIMITS$/m, () => table);
    if (process.env.UPDATE === '1') writeFileSync(readme, written);
    expect(readFileSync(readme, 'utf8')).toContain(`\n\n${table}\n\n`);
  });

  it('reads what is right, and says what is wrong', () => {
    expect(readServiceLimits(['clients=5', 'request-ms=100', 'clients=6'])).toEqual({
      clientsMax: 6,
      node: { clientRequestMs: 100 },
    });
    for (const [text, told] of [
      ['nosuch=1', 'with one of clients, pipeline'],
      ['clients', 'write NAME=NUMBER'],
      ['clients=0', 'clients that are connected at once) is a number from 1'],
      ['requests=9999999999', 'is a number from 1 to'],
    ] as const)
      expect(() => readServiceLimits([text])).toThrow(told);
  });
});

/** One node with these limits, of which `told` gives a counter. */
function oneNode(limits: object, more: object = {}) {
  const cluster = new SimulatedCluster({ nodes: 1, seed: 1, limits, ...more });
  const told = (name: string) => {
    const client = cluster.client(0);
    client.send('INFO');
    const value = Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(client.replies[0] ?? '')?.[1]);
    client.close();
    return value;
  };
  return { cluster, told };
}

describe('a client that sends a byte a second', () => {
  it('is closed after the time for a request, and nobody else notices', () => {
    const { cluster, told } = oneNode({ clientRequestMs: 5000 });
    const [slow, quick] = [cluster.client(0), cluster.client(0)];
    let seconds = 0;
    for (const byte of '*2\r\n$3\r\nGET\r\n$1\r\nk\r\n') {
      if (slow.isClosed) break;
      slow.sendBytes(byte);
      quick.send('PING');
      cluster.run(1000);
      seconds++;
    }
    expect(slow.isClosed).toBe(true);
    expect(seconds).toBeGreaterThanOrEqual(5);
    expect(seconds).toBeLessThanOrEqual(7);
    expect(quick.replies).toEqual(Array.from({ length: seconds }, () => 'PONG'));
    expect(quick.isClosed).toBe(false);
    expect(told('clients_slow_total')).toBe(1);
  });

  it('is not closed as long as whole requests come, however they are cut', () => {
    const { cluster, told } = oneNode({ clientRequestMs: 5000 });
    const client = cluster.client(0);
    const ping = '*1\r\n$4\r\nPING\r\n';
    client.sendBytes(ping.slice(0, 7));
    for (let i = 0; i < 20; i++) {
      cluster.run(3000);
      client.sendBytes(ping.slice(7) + ping.slice(0, 7));
    }
    expect(client.replies).toHaveLength(20);
    expect(client.isClosed).toBe(false);
    cluster.run(6000);
    expect(client.isClosed).toBe(true);
    expect(told('clients_slow_total')).toBe(1);
  });
});

describe('a client that says nothing', () => {
  it('may do so for ever, unless it may not', () => {
    const { cluster } = oneNode({});
    const client = cluster.client(0);
    cluster.run(600_000);
    expect(client.isClosed).toBe(false);
    const limited = oneNode({ clientIdleMs: 2000 });
    const [idle, busy] = [limited.cluster.client(0), limited.cluster.client(0)];
    for (let i = 0; i < 4; i++) {
      busy.send('PING');
      limited.cluster.run(1000);
    }
    expect([idle.isClosed, busy.isClosed]).toEqual([true, false]);
    expect(limited.told('clients_idle_total')).toBe(1);
  });

  it('is closed where it must log in and does not', () => {
    const access = {
      verify: (_user: string, _password: Buffer, done: (result: never) => void) =>
        done({ kind: 'known', rights: rightsOf(['read']), account: 1 } as never),
      rightsNow: () => rightsOf(['read']),
      userNames: () => ['default'],
    };
    const { cluster } = oneNode({ clientLoginMs: 3000 }, { access });
    const [silent, known] = [cluster.client(0), cluster.client(0)];
    known.send('AUTH', 'x');
    silent.send('PING');
    cluster.run(4000);
    expect([silent.isClosed, known.isClosed]).toEqual([true, false]);
    known.send('RESET');
    cluster.run(2000);
    expect(known.isClosed).toBe(false);
    cluster.run(2000);
    expect(known.isClosed).toBe(true);
  });
});

describe('a client that asks for too much', () => {
  it('is refused a request that is too large, and closed', () => {
    const { cluster, told } = oneNode({ clientRequestBytesMax: 2048 });
    const client = cluster.client(0);
    client.send('SET', 'k', 'x'.repeat(4096));
    expect(client.replies[0]).toMatch(/^ERR Protocol error/);
    expect(client.isClosed).toBe(true);
    expect(told('protocol_errors_total')).toBe(1);
  });

  it('gets BUSY beyond the requests that may wait, and what waited ends by its deadline', () => {
    const cluster = new SimulatedCluster({
      nodes: 3,
      seed: 1,
      limits: { requestsMax: 4, requestTimeoutMs: 1000 },
    });
    cluster.run(1000);
    for (const other of [1, 2]) cluster.freeze(other);
    const client = cluster.client(0);
    for (let i = 0; i < 20; i++) client.send('SET', `k${i}`, 'v');
    cluster.run(10_000);
    const busy = client.replies.filter((reply) => reply.startsWith('BUSY'));
    expect(client.replies).toHaveLength(20);
    expect(busy.length).toBeGreaterThanOrEqual(16);
    const info = cluster.client(0);
    info.send('INFO');
    expect(info.replies[0]).toContain(`requests_busy_total:${busy.length}`);
  });
});
