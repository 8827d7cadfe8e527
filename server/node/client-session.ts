/** What a node knows of one client's connection. The node alone changes it. */
import type { RequestOutcome } from '../request/index.js';
import { type CommandLimits, CommandReader } from '../resp/index.js';
import { allRights, defaultUser } from './access.js';
import type { ClientPort } from './environment.js';
import { ReplyQueue } from './reply-queue.js';

export class ClientSession {
  readonly id: number;
  readonly port: ClientPort;
  readonly reader: CommandReader;
  readonly replies = new ReplyQueue();
  /** Who it has logged in as, and what that user may: bits of `right`, 0 before the login. */
  user = defaultUser;
  rights: number = allRights;
  /** The account that it has logged in to, as `Access` numbers them. */
  account = 0;
  /** As set with CLIENT SETNAME. */
  name = '';
  /** It has asked to be told of changes, in a way in which it cannot be told. */
  isTracking = false;
  /** The number of the command that it sent last; -1 before the first. */
  lastCommand = -1;
  /** When it was last heard of; since when a part of a request has waited for the rest, 0 if none does; since when
   * nobody has logged in on it. All in the time of the node's ticks. */
  heardMs: number;
  partialSinceMs = 0;
  strangerSinceMs: number;
  /** It was too slow; its end has not been told yet. */
  isCutOff = false;
  /** Output waits for the next flush. */
  isDirty = false;
  /** Its commands are not read on: it has too many replies outstanding, or does not take those it has. */
  isHeld = false;
  /** A command over all keys is being answered; the next ones wait for it. */
  isExclusive = false;
  /** Takes the answers of the requests that such a command has made. */
  onPart: ((outcome: RequestOutcome) => void) | undefined;
  /** No command is read any more; the connection ends with the last reply. */
  isEnding = false;
  isClosed = false;

  readonly openedMs: number;

  constructor(id: number, port: ClientPort, openedMs: number, limits?: CommandLimits) {
    this.openedMs = openedMs;
    this.heardMs = openedMs;
    this.strangerSinceMs = openedMs;
    this.reader = new CommandReader(limits);
    this.id = id;
    this.port = port;
  }
}
