import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { immediateTicket } from '../request/index.js';
import { ReplyQueue } from './reply-queue.js';

describe('the reply queue', () => {
  it('keeps the order of commands, in whatever order their replies become ready', () => {
    const step = fc.record({ isImmediate: fc.boolean(), readyNext: fc.array(fc.nat(), { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new ReplyQueue();
        const waiting: { ticket: number; number: number }[] = [];
        const finish = (pick: number) => {
          const [one] = waiting.splice(pick % waiting.length, 1);
          if (one === undefined) return;
          queue.begin(one.ticket).integer(one.number);
          queue.end(one.ticket);
        };
        steps.forEach(({ isImmediate, readyNext }, number) => {
          if (isImmediate) {
            queue.begin(immediateTicket).integer(number);
            queue.end(immediateTicket);
          } else {
            waiting.push({ ticket: queue.reserve(), number });
          }
          for (const pick of readyNext) if (waiting.length > 0) finish(pick);
        });
        while (waiting.length > 0) finish(0);
        expect(queue.outstanding).toBe(0);
        const expected = steps.map((_, number) => `:${number}\r\n`).join('');
        expect(queue.output.take()?.toString() ?? '').toBe(expected);
      }),
    );
  });

  it('makes one reply of several requests: their sum, or the first error', () => {
    const queue = new ReplyQueue();
    const [sum, broken] = [queue.reserveSum(2, 'count'), queue.reserveSum(2, 'count')];
    queue.addToSum(broken, 0, 'ERR first');
    queue.addToSum(sum, 1, undefined);
    queue.addToSum(broken, 0, 'ERR second');
    queue.addToSum(sum, 1, undefined);
    expect(queue.output.take()?.toString()).toBe(':2\r\n-ERR first\r\n');
  });

  it('tells each command in the protocol that was spoken when it came', () => {
    const queue = new ReplyQueue();
    const before = queue.reserve();
    queue.protocol = 3;
    const after = queue.reserve();
    for (const ticket of [after, before]) {
      queue.begin(ticket).null();
      queue.end(ticket);
    }
    expect(queue.output.take()?.toString()).toBe('$-1\r\n_\r\n');
  });
});
