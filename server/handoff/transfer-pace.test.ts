/** Transfers must give way to requests, finish all the same, and take everything when there are none. */
import { describe, expect, it } from 'vitest';
import { HandoffNet } from '../testing/handoff-net.js';
import { handoffLimitsDefault } from './handoff-limits.js';
import { TransferPace } from './transfer-pace.js';

describe('the pace of transfers', () => {
  it('is open without requests, whatever was spent', () => {
    const { pace, work } = paceOf({ isBusy: false });
    for (let i = 0; i < 10; i++) work(20);
    expect([pace.isOpen(), pace.windowBytes, pace.chunkBytes]).toEqual([
      true,
      handoffLimitsDefault.windowBytes,
      handoffLimitsDefault.chunkBytes,
    ]);
  });

  it('gives its share of the time and no more, with requests', () => {
    const at = paceOf({ isBusy: true });
    at.work(1000);
    let worked = 0;
    const beganMs = at.nowMs;
    while (at.nowMs < beganMs + 10_000) {
      if (at.pace.isOpen()) {
        at.work(3);
        worked += 3;
      } else at.nowMs += 25;
    }
    const share = worked / (at.nowMs - beganMs);
    expect(share).toBeGreaterThan(handoffLimitsDefault.busyShare * 0.8);
    expect(share).toBeLessThan(handoffLimitsDefault.busyShare * 1.2);
  });

  it('forgets what one long piece of work has taken, after a while', () => {
    const at = paceOf({ isBusy: true });
    at.work(60_000);
    at.nowMs += 600;
    expect(at.pace.isOpen()).toBe(true);
  });
});

describe('a transfer while both sides have requests', () => {
  it('is on its way in small chunks, few at a time, and arrives whole; without requests in large ones', () => {
    for (const isBusy of [true, false]) {
      const net = new HandoffNet({
        names: ['a@host', 'b@host'],
        owners: new Array(8).fill('a@host'),
        isBusy: () => isBusy,
      });
      const [owner, next] = [net.nodes[0]!, net.nodes[1]!];
      for (let i = 0; i < 2000; i++) owner.write(1, `k${i}`, 1, 'v'.repeat(100));
      net.schedule(1, next.name, 7);
      net.teach();
      let [onItsWay, largest] = [0, 0];
      for (let i = 0; i < 600; i++) {
        net.run(1);
        const sizes = net.parcels.map(({ message }) => message.content.length);
        onItsWay = Math.max(
          onItsWay,
          sizes.reduce((sum, bytes) => sum + bytes, 0),
        );
        largest = Math.max(largest, ...sizes);
      }
      expect([next.count(1), net.handedOver.length]).toEqual([2000, 1]);
      const { busyWindowBytes, busyChunkBytes } = handoffLimitsDefault;
      expect(largest <= busyChunkBytes + 200).toBe(isBusy);
      expect(onItsWay <= busyWindowBytes + busyChunkBytes).toBe(isBusy);
    }
  });
});

/** A pace on a clock that only work and the test move. */
function paceOf({ isBusy }: { isBusy: boolean }) {
  const at = { nowMs: 1000, pace: undefined as unknown as TransferPace, work: (_ms: number): void => {} };
  at.pace = new TransferPace({
    nowMs: () => at.nowMs,
    isBusy: () => isBusy,
    limits: () => handoffLimitsDefault,
  });
  at.work = (ms) =>
    at.pace.run(() => {
      at.nowMs += ms;
    });
  return at;
}
