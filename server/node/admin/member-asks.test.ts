import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FrameWriter } from '../../link/index.js';
import { type AskResult, MemberAsks } from './member-asks.js';

/** Asks of member 1, whose links are up or have been down for a time; `sent` are the frames written to it. */
function desk(downMs: number) {
  const at = { nowMs: 0, downMs, sent: 0 };
  const results: AskResult[] = [];
  const asks = new MemberAsks({
    asksMax: 2,
    timeoutMs: 100,
    reachMs: 30,
    nowMs: () => at.nowMs,
    random: () => 0.5,
    downMs: () => at.downMs,
    framesTo: () => {
      at.sent++;
      return new FrameWriter((bytes) => crc32(bytes));
    },
  });
  const ask = () => asks.ask(1, 'question', (result) => results.push(result));
  const ref = (slot: number) => ({ slot, generation: 0x8000_0000 });
  return { at, asks, ask, results, ref };
}

const unreached = { kind: 'failed', why: 'it cannot be reached', isSent: false };

describe('what is asked of another member', () => {
  it('waits for the links to open, since the answer comes by the other one', () => {
    const { at, asks, ask, results, ref } = desk(10);
    ask();
    expect(at.sent).toBe(0);
    at.downMs = 0;
    asks.memberUp(2);
    expect(at.sent).toBe(0);
    asks.memberUp(1);
    asks.memberUp(1);
    expect(at.sent).toBe(1);
    asks.onAnswer(1, ref(0), 'answer');
    asks.onAnswer(1, ref(0), 'answer');
    expect(results).toEqual([{ kind: 'answered', text: 'answer' }]);
  });

  it('is given up, unsent, when the links do not open in time, or have been down for longer already', () => {
    const { at, asks, ask, results } = desk(10);
    ask();
    asks.tick(29);
    asks.memberDown(1);
    expect(results).toEqual([]);
    asks.tick(30);
    expect(results).toEqual([unreached]);
    at.downMs = 30;
    ask();
    expect(results).toEqual([unreached, unreached]);
    expect(at.sent).toBe(0);
  });

  it('may have been heard when the link ends or the time is over', () => {
    const { at, asks, ask, results } = desk(0);
    ask();
    ask();
    ask();
    expect(results).toMatchObject([{ isSent: false, why: '2 such requests wait already' }]);
    at.nowMs = 99;
    asks.tick(99);
    expect(results).toHaveLength(1);
    asks.memberDown(1);
    expect(results.slice(1)).toMatchObject([{ isSent: true }, { isSent: true }]);
    ask();
    asks.tick(199);
    expect(results[3]).toEqual({ kind: 'failed', why: 'it has not answered within 100 ms', isSent: true });
  });
});
