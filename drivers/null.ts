// The null driver: every operation succeeds at once. It measures the harness itself, everything but a store:
// choosing operations, drawing keys and values, clock, histograms, windows.
import { defineDriver, type TicketedContext, type TicketedSession, ticketOk } from '../bench/driver.js';

/** Batches between two turns of the event loop: low enough that timers and messages are served. */
const batchesPerTurn = 512;

export const nullDriver = defineDriver({
  name: 'null',
  description: 'succeeds at once; measures the harness itself',
  operations: ['get', 'put', 'delete', 'get_own_puts'],
  handsOverReads: false,
  openTicketed: async (context) => openNullSession(context),
});

function openNullSession(context: TicketedContext): TicketedSession {
  let submitted = new Int32Array(context.workers);
  let completing = new Int32Array(context.workers);
  let submittedCount = 0;
  let scheduled = false;

  function turn(): void {
    scheduled = false;
    for (let batch = 0; batch < batchesPerTurn && submittedCount > 0; batch++) {
      const count = submittedCount;
      [submitted, completing] = [completing, submitted];
      submittedCount = 0;
      context.arrived();
      for (let i = 0; i < count; i++) context.complete(completing[i]!, ticketOk);
      context.settled();
    }
    schedule();
  }

  function schedule(): void {
    if (scheduled || submittedCount === 0) return;
    scheduled = true;
    setImmediate(turn);
  }

  return {
    submit(ticket) {
      submitted[submittedCount++] = ticket;
    },
    flush: schedule,
    expire: () => {},
    close: async () => {},
  };
}
