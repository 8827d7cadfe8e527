/**
 * The commands over all keys of the cluster: KEYS, SCAN, DBSIZE, RANDOMKEY, FLUSHALL and FLUSHDB. Each reads the
 * ring in order (see the coverage room) and answers with everything or with an error. While one is being
 * answered its client's next commands wait, so that a pipeline sees what it would see in Redis.
 *
 * Flushing deletes key by key, with a tombstone each: what was there when it began is gone when it has answered
 * OK, whatever replicas were down meanwhile; keys written meanwhile may be gone, too.
 */
import { rangeOf } from '../byte-range.js';
import type { CoverageConsumer, CoverageLimits, CoverageReads, PageEntry } from '../coverage/index.js';
import type { Coordinator } from '../request/index.js';
import type { CommandReader, ReplyWriter } from '../resp/index.js';
import { pointMax } from '../ring/index.js';
import type { ClientSession } from './client-session.js';
import { failureText, replyForm } from './reply-form.js';
import { patternTooLong, readScanOptions, type ScanOptions } from './scan-options.js';

export interface KeySpaceCommandsOptions {
  readonly reads: CoverageReads;
  readonly coordinator: Coordinator<ClientSession>;
  readonly limits: CoverageLimits;
  readonly random: () => number;
  /** Writes the reply of a ticket, and sees that it is sent. */
  readonly reply: (client: ClientSession, ticket: number, write: (writer: ReplyWriter) => void) => void;
}

/** Bytes of the keys that one reply of KEYS may hold: it is complete before any of it is sent. */
export const keysBytesMax = 64 * 1024 * 1024;
/** Keys that one SCAN returns at most, whatever its COUNT; a COUNT is a wish, in Redis as well. */
export const scanKeysMax = 8192;
/** Tombstones of one FLUSHALL that wait for their acknowledgements. */
const deletesMax = 1024;

export class KeySpaceCommands {
  readonly #options: KeySpaceCommandsOptions;

  constructor(options: KeySpaceCommandsOptions) {
    this.#options = options;
  }

  keys(client: ClientSession): void {
    const { reader } = client;
    const pattern = bytesOf(reader, 1);
    const answer = this.#exclusive(client);
    if (pattern.length > this.#options.limits.patternBytesMax) {
      answer.fail(patternTooLong(pattern.length, this.#options.limits.patternBytesMax));
      return;
    }
    const found: Buffer[] = [];
    let bytes = 0;
    this.#begin(0, matchOf(pattern), answer, {
      page: (keys) => {
        for (const { key } of keys) bytes += found[found.push(key) - 1]!.length;
        if (bytes <= keysBytesMax) return client.isClosed ? 'stop' : 'more';
        answer.fail(`ERR the keys have more than ${keysBytesMax} bytes together: use SCAN`);
        return 'stop';
      },
      ended: () => answer.write((writer) => writeKeys(writer, found)),
    });
  }

  scan(client: ClientSession): void {
    const options = readScanOptions(client.reader, this.#options.limits.patternBytesMax);
    const answer = this.#exclusive(client);
    if (typeof options === 'string') answer.fail(options);
    else if (options.from >= pointMax) answer.write((writer) => writeScan(writer, 0, []));
    else this.#scan(client, options, answer);
  }

  #scan(client: ClientSession, { from, pattern, count, isOtherType }: ScanOptions, answer: Answer): void {
    const wanted = Math.min(count, scanKeysMax);
    // With a pattern most keys are only looked at; without one there is no use in more than are wanted.
    const visitedMax = pattern === undefined ? wanted : Math.max(wanted, this.#options.limits.pageVisitedMax);
    const found: PageEntry[] = [];
    let visited = 0;
    const tell = (next: number) => answer.write((writer) => writeScan(writer, next, found));
    const consumer: CoverageConsumer = {
      page: (keys, covered, visitedNow) => {
        visited += visitedNow;
        let last = covered;
        for (const entry of keys) {
          // Keys of one point stay together, since the cursor is a point.
          if (found.length >= wanted && entry.point > (found.at(-1)?.point ?? -1)) {
            last = found.at(-1)!.point;
            break;
          }
          if (!isOtherType) found.push(entry);
        }
        if (client.isClosed) return 'stop';
        if (last === covered && found.length < wanted && visited < Math.max(wanted, visitedMax))
          return 'more';
        tell(last + 1 < pointMax ? last + 1 : 0);
        return 'stop';
      },
      ended: () => tell(0),
      failed: answer.fail,
    };
    this.#options.reads.begin({ from, pattern, visitedMax, counts: false, rangesFirst: 1 }, consumer);
  }

  dbsize(client: ClientSession): void {
    const answer = this.#exclusive(client);
    let live = 0;
    this.#begin(
      0,
      undefined,
      answer,
      {
        page: (keys) => {
          live += keys.length;
          return client.isClosed ? 'stop' : 'more';
        },
        counted: (counted) => {
          live += counted;
        },
        ended: () => answer.write((writer) => writer.integer(live)),
      },
      true,
    );
  }

  /** The first key from a random point of the ring on: nearly all keys are nearly as likely. */
  randomKey(client: ClientSession): void {
    const answer = this.#exclusive(client);
    const start = Math.floor(this.#options.random() * pointMax);
    const from = (point: number, end: () => void) =>
      this.#options.reads.begin(
        { from: point, pattern: undefined, visitedMax: 16, counts: false, rangesFirst: 1 },
        {
          page: ([first]) => {
            if (first === undefined) return client.isClosed ? 'stop' : 'more';
            answer.write((writer) => writer.bulk(first.key, 0, first.key.length));
            return 'stop';
          },
          ended: end,
          failed: answer.fail,
        },
      );
    from(start, () => from(0, () => answer.write((writer) => writer.null())));
  }

  flush(client: ClientSession): void {
    const { reader } = client;
    const mode = reader.count === 2 ? bytesOf(reader, 1).toString('latin1').toLowerCase() : '';
    const answer = this.#exclusive(client);
    // Whether memory is freed now or later is no question here: ASYNC and SYNC are the same.
    if (reader.count > 2 || (reader.count === 2 && mode !== 'async' && mode !== 'sync'))
      answer.fail('ERR syntax error');
    else this.#flush(client, answer);
  }

  #flush(client: ClientSession, answer: Answer): void {
    const { coordinator } = this.#options;
    const asker = { client, ticket: answer.ticket, form: replyForm.part };
    let left: readonly PageEntry[] = [];
    let [next, waiting] = [0, 0];
    let isPumping = false;
    let failure: string | undefined;
    const finish = () => {
      client.onPart = undefined;
      if (failure === undefined) answer.write((writer) => writer.ok());
      else answer.fail(`UNCERTAIN some of the keys may be deleted: ${failure}`);
    };
    const pump = () => {
      if (isPumping) return;
      isPumping = true;
      for (; next < left.length && waiting < deletesMax && failure === undefined; next++) {
        waiting++;
        coordinator.delete(asker, rangeOf(left[next]!.key));
      }
      isPumping = false;
    };
    const isDone = () => waiting === 0 && (next === left.length || failure !== undefined);
    client.onPart = (outcome) => {
      waiting--;
      if (outcome.kind === 'failed') failure ??= failureText(outcome);
      if (isPumping) return;
      pump();
      if (isDone()) goOn();
    };
    const goOn = this.#begin(0, undefined, answer, {
      page: (keys) => {
        [left, next] = [keys, 0];
        pump();
        if (!isDone()) return 'wait';
        if (failure === undefined) return 'more';
        finish();
        return 'stop';
      },
      ended: finish,
      failed: (text) => {
        client.onPart = undefined;
        answer.fail(`UNCERTAIN some of the keys may be deleted: ${text}`);
      },
    });
  }

  #begin(
    from: number,
    pattern: Buffer | undefined,
    answer: Answer,
    consumer: Omit<CoverageConsumer, 'failed'> & Partial<CoverageConsumer>,
    counts = false,
  ): () => void {
    const { reads, limits } = this.#options;
    return reads.begin(
      { from, pattern, visitedMax: limits.pageVisitedMax, counts, rangesFirst: limits.rangesMax / 2 },
      { failed: answer.fail, ...consumer },
    );
  }

  /** Takes the client's next reply; its next commands wait until it is written. */
  #exclusive(client: ClientSession): Answer {
    const ticket = client.replies.reserve();
    client.isExclusive = true;
    const write = (writeReply: (writer: ReplyWriter) => void) => {
      client.isExclusive = false;
      if (!client.isClosed) this.#options.reply(client, ticket, writeReply);
    };
    return { ticket, write, fail: (text) => write((writer) => writer.error(text)) };
  }
}

/** The one reply of a command. */
interface Answer {
  readonly ticket: number;
  write(writeReply: (writer: ReplyWriter) => void): void;
  fail(text: string): void;
}

function writeKeys(writer: ReplyWriter, keys: readonly Buffer[]): void {
  writer.array(keys.length);
  for (const key of keys) writer.bulk(key, 0, key.length);
}

function writeScan(writer: ReplyWriter, next: number, found: readonly PageEntry[]): void {
  writer.array(2);
  writer.text(String(next));
  writeKeys(
    writer,
    found.map(({ key }) => key),
  );
}

/** No pattern for the one that takes everything, the empty key included. */
function matchOf(pattern: Buffer): Buffer | undefined {
  return pattern.toString('latin1') === '*' ? undefined : pattern;
}

function bytesOf(reader: CommandReader, number: number): Buffer {
  return Buffer.from(reader.buffer.subarray(reader.starts[number]!, reader.ends[number]!));
}
