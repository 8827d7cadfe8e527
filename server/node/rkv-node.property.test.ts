/** What must hold of a node whatever its clients send, and of a cluster whatever befalls it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedClient } from '../sim/simulated-client.js';
import { SimulatedCluster } from '../sim/simulated-cluster.js';
import { commandSpecs } from './command-specs.js';

const word = fc.oneof(
  fc.constantFrom(
    'k',
    'v',
    '',
    '1',
    '0',
    '-1',
    '3',
    'get',
    'NX',
    'EX',
    'docs',
    'info',
    'setname',
    'id',
    '*',
    'save',
  ),
  fc.string({ maxLength: 8 }),
);
const command = fc.tuple(
  // QUIT ends the connection, which has a test of its own.
  fc.constantFrom(
    ...commandSpecs.map(({ name }) => name).filter((name) => name !== 'quit' && name !== 'hello'),
    'nonsense',
  ),
  fc.array(word, { maxLength: 5 }),
);

describe('a node', () => {
  it('gives every command exactly one reply, whatever its arguments', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
        const client = cluster.client(0);
        for (const [name, args] of commands) client.send(name, ...args);
        // Commands over all keys are answered in slices.
        cluster.runUntil('the replies', () => client.replies.length >= commands.length);
        client.send('PING', 'still here');
        expect(client.replies).toHaveLength(commands.length + 1);
        expect(client.replies.at(-1)).toBe('still here');
      }),
      { numRuns: 300 },
    );
  });

  it('survives any bytes, and closes or answers', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
        const cluster = new SimulatedCluster({ nodes: 1, seed: 1 });
        const [strange, good] = [cluster.client(0), cluster.client(0)];
        for (const chunk of chunks) strange.sendBytes(Buffer.from(chunk).toString('latin1'));
        good.send('PING');
        expect(good.replies).toEqual(['PONG']);
      }),
      { numRuns: 300 },
    );
  });

  it('answers QUIT last of all, and then closes', () => {
    const client = new SimulatedCluster({ nodes: 1, seed: 1 }).client(0);
    client.sendBytes('SET k v\r\nQUIT\r\nGET k\r\n');
    expect(client.replies).toEqual(['OK', 'OK']);
    expect(client.isClosed).toBe(true);
  });
});

describe('a cluster', () => {
  // No node that serves clients crashes here: such clients have lost their connection, and know it.
  it('gives every request one answer within its deadline, through crashes, freezes and cuts', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const cluster = new SimulatedCluster({
        nodes: 4,
        seed,
        limits: { requestTimeoutMs: 3000, requestsMax: 64 },
      });
      cluster.form();
      const clients = [cluster.client(0), cluster.client(1)];
      const sent = clients.map(() => 0);
      const faults = faultsOf(cluster, seed);
      for (let step = 0; step < 40; step++) {
        clients.forEach((client, i) => {
          sent[i]! += sendSome(client, seed * 1000 + step);
        });
        faults(step);
        cluster.run(50);
      }
      cluster.thaw(3);
      cluster.heal();
      // The longest that any request may take, and a tick.
      cluster.run(3000 + 50);
      clients.forEach((client, i) => {
        expect(client.replies.length, `seed ${seed}`).toBe(sent[i]);
      });
      expect(clients.flatMap(({ replies }) => replies).filter((reply) => !isSensible(reply))).toEqual([]);
      cluster.form();
    }
  });
});

function sendSome(client: SimulatedClient, salt: number): number {
  for (let i = 0; i < 5; i++) {
    client.send('SET', `k${(salt * 7 + i) % 50}`, `v${salt}`);
    client.send('GET', `k${(salt * 11 + i) % 50}`);
    client.send('DEL', `k${(salt * 13 + i) % 50}`, `k${i}`);
  }
  return 15;
}

/** What happens at each step: node 2 crashes and comes back, node 3 freezes and thaws, links are cut and heal. */
function faultsOf(cluster: SimulatedCluster, seed: number): (step: number) => void {
  let [isDown, isFrozen] = [false, false];
  return (step) => {
    const draw = (seed * 31 + step * 17) % 13;
    if (draw === 0) {
      if (isDown) cluster.restart(2);
      else cluster.crash(2);
      isDown = !isDown;
    } else if (draw === 1) {
      if (isFrozen) cluster.thaw(3);
      else cluster.freeze(3);
      isFrozen = !isFrozen;
    } else if (draw === 2) {
      cluster.cut(step % 2, 1 + ((step + seed) % 3));
    } else if (draw === 3) {
      cluster.heal();
    }
    if (step === 39 && isDown) cluster.restart(2);
  };
}

function isSensible(reply: string): boolean {
  return /^(OK|nil|v\d+|[012]|(UNCERTAIN|UNAVAILABLE|BUSY) .+)$/.test(reply);
}
