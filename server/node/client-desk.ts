/**
 * Serves the clients: reads their commands, keeps their replies in order, sends them in pieces, and holds back
 * clients that send more than they read, or write before the node may. Replies that are ready at once are sent at the end of the chunk that
 * asked for them; those that waited for other members with the next flush, many together.
 */
import type { Answers, RequestOutcome } from '../request/index.js';
import { immediateTicket } from '../request/index.js';
import {
  type CommandLimits,
  commandLimitsDefault,
  type ReplyWriter,
  readCommand,
  readError,
} from '../resp/index.js';
import { forgetLogin } from './authentication.js';
import { ClientSession } from './client-session.js';
import { ClientWatch } from './client-watch.js';
import type { CommandRunner } from './command-runner.js';
import type { ClientPort, Environment } from './environment.js';
import type { NodeLimits } from './node-options.js';
import {
  existence,
  failureText,
  gatherForm,
  replyForm,
  type VnodeNames,
  writeOutcome,
} from './reply-form.js';
import { refuse } from './size-limits.js';

export interface ClientDeskOptions {
  limits: NodeLimits;
  environment: Environment;
  commands: CommandRunner;
  names: VnodeNames;
}

export class ClientDesk implements Answers<ClientSession> {
  readonly #options: ClientDeskOptions;
  readonly #clients = new Set<ClientSession>();
  #dirty: ClientSession[] = [];
  #isDraining = false;
  #nextId = 1;
  /** The client whose chunk is being read: its replies are sent at the end of that anyway. */
  #reading: ClientSession | undefined;
  #holdsWrites = false;
  readonly #watch: ClientWatch;
  readonly #commandLimits: CommandLimits;
  #heldTotal = 0;
  #protocolErrors = 0;
  #notReading = 0;
  #busyTotal = 0;

  constructor(options: ClientDeskOptions) {
    this.#options = options;
    const { limits, environment } = options;
    this.#watch = new ClientWatch(limits, environment.nowMs(), (event) => environment.log(event));
    this.#commandLimits = { ...commandLimitsDefault, commandBytesMax: limits.clientRequestBytesMax };
  }

  tick(nowMs: number): void {
    this.#watch.tick(nowMs, this.#clients);
  }

  /** What clients have met of their limits. */
  counters(): readonly (readonly [string, number])[] {
    return [
      ['rejected_connections', this.#options.environment.rejectedClients?.() ?? 0],
      ['clients_held_total', this.#heldTotal],
      ['protocol_errors_total', this.#protocolErrors],
      ['clients_not_reading_total', this.#notReading],
      ...this.#watch.counters(),
      ['requests_busy_total', this.#busyTotal],
    ];
  }

  /** Clients that are connected. */
  get count(): number {
    return this.#clients.size;
  }

  /** Those that are connected. */
  clients(): Iterable<ClientSession> {
    return this.#clients;
  }

  open(port: ClientPort): ClientSession {
    const { environment } = this.#options;
    const client = new ClientSession(this.#nextId++, port, environment.nowMs(), this.#commandLimits);
    forgetLogin(client, environment.access);
    this.#clients.add(client);
    return client;
  }

  /** While true, a client is not read on from its first write. */
  set holdsWrites(isHolding: boolean) {
    this.#holdsWrites = isHolding;
    if (!isHolding) for (const client of this.#clients) if (client.isHeld) this.#markDirty(client);
  }

  received(client: ClientSession, chunk: Buffer, start: number, end: number): void {
    if (client.isClosed || client.isEnding) return;
    const { reader } = client;
    reader.beginChunk(chunk, start, end);
    const hasRun = !client.isHeld && this.#readCommands(client);
    reader.endChunk();
    this.#watch.heard(client, hasRun);
    this.#send(client);
  }

  /** Who may log in has changed: each client may what its user may now, and is closed if it would not get in. */
  usersChanged(): void {
    const { access, log } = this.#options.environment;
    if (access === undefined) return;
    for (const client of this.#clients) {
      if (client.rights === 0) continue;
      const rights = access.rightsNow(client.user, client.account);
      if (rights !== undefined) client.rights = rights;
      else {
        log({ level: 'info', event: 'client-shut-out', client: client.id, user: client.user });
        client.port.destroy();
      }
    }
  }

  /** The client's port has taken all that was written. */
  drained(client: ClientSession): void {
    if (client.isHeld) this.#markDirty(client);
  }

  closed(client: ClientSession): void {
    client.isClosed = true;
    this.#clients.delete(client);
  }

  defer(client: ClientSession, ticket: number): number {
    return ticket === immediateTicket ? client.replies.reserve() : ticket;
  }

  answer(client: ClientSession, ticket: number, form: number, outcome: RequestOutcome): void {
    const { replies } = client;
    if (form === replyForm.sum) {
      if (outcome.kind === 'failed') replies.addToSum(ticket, 0, this.#failed(outcome));
      else replies.addToSum(ticket, existence(outcome), undefined);
    } else if (form === replyForm.part) {
      client.onPart?.(outcome);
      return;
    } else if (form < 0) {
      this.#gather(client, ticket, gatherForm(form), outcome);
    } else {
      const writer = replies.begin(ticket);
      if (outcome.kind === 'failed') writer.error(this.#failed(outcome));
      else writeOutcome(writer, form, outcome, this.#options.names);
      replies.end(ticket);
    }
    if (client !== this.#reading) this.#markDirty(client);
  }

  #gather({ replies }: ClientSession, ticket: number, part: number, outcome: RequestOutcome): void {
    if (outcome.kind === 'failed') {
      replies.addToGather(ticket, part, undefined, this.#failed(outcome));
      return;
    }
    const { value, valueStart, valueEnd } = outcome.record;
    const found = outcome.kind === 'found' ? value.subarray(valueStart, valueEnd) : undefined;
    replies.addToGather(ticket, part, found, undefined);
  }

  #failed(outcome: RequestOutcome): string {
    if (outcome.code === 'busy') this.#busyTotal++;
    return failureText(outcome);
  }

  /** Writes the reply of a ticket that was reserved, and sees that it is sent. */
  reply(client: ClientSession, ticket: number, write: (writer: ReplyWriter) => void): void {
    write(client.replies.begin(ticket));
    client.replies.end(ticket);
    if (client !== this.#reading) this.#markDirty(client);
  }

  /** Sends what is ready, and reads on where a client was held. */
  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const client of dirty) {
      client.isDirty = false;
      if (client.isClosed) continue;
      this.#send(client);
      if (client.isHeld && this.#mayReadOn(client)) this.#readOn(client);
    }
  }

  /**
   * Runs no more commands: those that come from now on are answered `UNAVAILABLE`, and have done nothing. Returns
   * whether every command that was begun before has been answered, and the answer taken.
   */
  drain(): boolean {
    if (!this.#isDraining) {
      this.#isDraining = true;
      // What they have sent and nobody has read is answered as well.
      for (const client of this.#clients) if (client.isHeld) this.#markDirty(client);
    }
    for (const { isHeld, replies, port } of this.#clients)
      if (isHeld || replies.outstanding > 0 || port.queuedBytes > 0) return false;
    return true;
  }

  close(): void {
    for (const client of this.#clients) client.port.end();
  }

  /** Whether at least one command was there. */
  #readCommands(client: ClientSession): boolean {
    const { reader, replies } = client;
    const { clientRepliesMax, clientOutputBytesFlush } = this.#options.limits;
    this.#reading = client;
    let hasRun = false;
    for (;;) {
      const found = reader.next();
      if (found !== readCommand) {
        if (found === readError) this.#refuse(client);
        break;
      }
      if (this.#isDraining) {
        refuse(client, drainingText);
        continue;
      }
      if (this.#holdsWrites && this.#options.commands.isWrite(client)) {
        reader.putBack();
        this.#hold(client);
        break;
      }
      this.#options.commands.run(client);
      hasRun = true;
      if (client.isEnding) break;
      if (replies.output.length >= clientOutputBytesFlush) this.#send(client);
      if (client.isExclusive || replies.outstanding >= clientRepliesMax || client.port.queuedBytes > 0) {
        this.#hold(client);
        break;
      }
    }
    this.#reading = undefined;
    return hasRun;
  }

  /** What came cannot be read as commands: the client is told after its other replies, and closed. */
  #refuse(client: ClientSession): void {
    client.isEnding = true;
    if (client.reader.error === '') return;
    this.#protocolErrors++;
    client.replies.begin(immediateTicket).error(client.reader.error);
    client.replies.end(immediateTicket);
  }

  #hold(client: ClientSession): void {
    client.isHeld = true;
    this.#heldTotal++;
    client.port.pause();
  }

  #mayReadOn({ replies, port, isExclusive }: ClientSession): boolean {
    if (isExclusive) return false;
    return replies.outstanding <= this.#options.limits.clientRepliesMax / 2 && port.queuedBytes === 0;
  }

  #readOn(client: ClientSession): void {
    client.isHeld = false;
    client.reader.beginChunk(nothing, 0, 0);
    const hasRun = this.#readCommands(client);
    client.reader.endChunk();
    this.#watch.heard(client, hasRun);
    this.#send(client);
    if (!client.isHeld && !client.isClosed) client.port.resume();
  }

  #send(client: ClientSession): void {
    const { output } = client.replies;
    const { port } = client;
    if (client.isClosed) return;
    const bytes = output.take();
    if (bytes !== undefined) output.release(port.write(bytes));
    const { clientOutputBytesMax } = this.#options.limits;
    if (port.queuedBytes > clientOutputBytesMax) {
      const event = { client: client.id, unreadBytes: port.queuedBytes, limitBytes: clientOutputBytesMax };
      this.#options.environment.log({ level: 'warn', event: 'client-not-reading', ...event });
      this.#notReading++;
      port.destroy();
    } else if (client.isEnding && client.replies.outstanding === 0) {
      port.end();
    }
  }

  #markDirty(client: ClientSession): void {
    if (client.isDirty || client.isClosed) return;
    client.isDirty = true;
    this.#dirty.push(client);
    if (this.#dirty.length === 1) this.#options.environment.requestFlush();
  }
}

const drainingText = 'UNAVAILABLE this node is shutting down; nothing was done.';
const nothing = Buffer.alloc(0);
