/**
 * Answers what members (this one included) ask about ranges of the ring, from all vnodes here that may hold
 * such keys: primaries, fallbacks, and those that are given away or taken over. Works in slices, so that a fold
 * over a large vnode holds nobody up: `work` does one, and says whether there is more.
 */
import { neverExpires } from '../object/index.js';
import { type KeyPlacement, pointMax } from '../ring/index.js';
import { type RecordView, StorageError } from '../storage/index.js';
import type { Vnode } from '../vnode/index.js';
import { GlobPattern } from './glob-pattern.js';
import { KeyWindow, patternTooCostly } from './key-window.js';
import { mergePages, type Page } from './page.js';
import type { CoverageLimits, RangeAsk, RangeCount, RangeReply } from './range-ask.js';

export interface RangeServerOptions {
  readonly limits: CoverageLimits;
  readonly placement: KeyPlacement;
  /** The vnodes of this node that may hold keys of a responsible partition. */
  readonly vnodesOf: (position: number) => readonly Vnode[];
  readonly nowMs: () => number;
  /** Asks for a call of `work` soon. */
  readonly requestWork: () => void;
}

interface OpenWindow {
  readonly vnode: Vnode;
  readonly window: KeyWindow;
  usedMs: number;
}

/** A task yields the records that it has looked at since its last yield, and returns its reply. */
type Task = Generator<number, RangeReply>;

/** Windows may be pushed out by others while one is built; then a task builds again, this often. */
const buildsMax = 8;

export class RangeServer {
  readonly #options: RangeServerOptions;
  #tasks: { readonly task: Task; readonly answer: (reply: RangeReply) => void }[] = [];
  /** The one used last is the last. */
  #windows: OpenWindow[] = [];
  readonly #watchers = new Map<OpenWindow, (key: Buffer) => void>();
  readonly #counts = new WeakMap<Vnode, Map<number, RangeCount & VnodeState>>();

  constructor(options: RangeServerOptions) {
    this.#options = options;
  }

  /** Asks that wait. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** `answer` is called once, now or from `work`. */
  ask(ask: RangeAsk, answer: (reply: RangeReply) => void): void {
    if (this.#tasks.length >= this.#options.limits.asksMax) {
      answer({ kind: 'failed', reason: 'busy' });
      return;
    }
    this.#tasks.push({ task: ask.counts ? this.#count(ask) : this.#page(ask), answer });
    this.#options.requestWork();
  }

  /** Does one slice of what waits. */
  work(): void {
    const { sliceRecords } = this.#options.limits;
    let records = 0;
    while (records < sliceRecords) {
      const first = this.#tasks[0];
      if (first === undefined) return;
      const reply = advance(first.task);
      if (typeof reply === 'number') {
        records += reply;
        continue;
      }
      this.#tasks.shift();
      records += reply.kind === 'page' ? reply.page.visited + 16 : 16;
      first.answer(reply);
    }
    if (this.#tasks.length > 0) this.#options.requestWork();
  }

  /** Drops windows that nobody reads any more. */
  tick(nowMs: number): void {
    const { windowIdleMs } = this.#options.limits;
    for (const open of [...this.#windows]) if (nowMs - open.usedMs > windowIdleMs) this.#close(open);
  }

  *#page(ask: RangeAsk): Task {
    const { limits, placement, vnodesOf } = this.#options;
    const position = placement.positionOfPoint(ask.from);
    const pattern =
      ask.pattern === undefined ? undefined : new GlobPattern(ask.pattern, limits.patternStepsMax);
    const windowAsk = {
      from: ask.from,
      to: ask.to,
      visitedMax: Math.max(1, Math.min(ask.visitedMax, limits.pageVisitedMax)),
      bytesMax: limits.pageBytesMax,
      stepsMax: limits.patternStepsMax,
    };
    for (let build = 0; build < buildsMax; build++) {
      for (const vnode of vnodesOf(position))
        if (this.#windowAt(vnode, ask.from) === undefined && !vnode.storage.isEmpty())
          yield* this.#build(vnode, ask.from);
      // From here on nothing else runs until the page is made; vnodes may have come and gone before.
      const vnodes = vnodesOf(position).filter(({ storage }) => !storage.isEmpty());
      const windows = vnodes.map((vnode) => this.#windowAt(vnode, ask.from));
      const pages: Page[] = [];
      for (const open of windows) {
        if (open === undefined) break;
        open.usedMs = this.#options.nowMs();
        const page = open.window.page(windowAsk, open.vnode.storage, pattern);
        if (page === patternTooCostly) return { kind: 'failed', reason: 'pattern' };
        pages.push(page);
      }
      if (vnodes.length === 0) return { kind: 'page', page: { entries: [], covered: ask.to, visited: 0 } };
      if (pages.length === vnodes.length) return { kind: 'page', page: mergePages(pages) };
    }
    return { kind: 'failed', reason: 'busy' };
  }

  #windowAt(vnode: Vnode, from: number): OpenWindow | undefined {
    const at = this.#windows.findIndex(
      (open) => open.vnode === vnode && open.window.from <= from && from <= open.window.to,
    );
    const open = this.#windows[at];
    if (open === undefined) return undefined;
    this.#windows.splice(at, 1);
    this.#windows.push(open);
    return open;
  }

  /** Folds over a vnode for the keys from a point on. Keys that are added meanwhile are offered as well. */
  *#build(vnode: Vnode, from: number): Generator<number> {
    const { limits, placement, nowMs } = this.#options;
    const keys = placement;
    const { windowKeysMax: keysMax, windowBytesMax: bytesMax } = limits;
    const window = new KeyWindow(from, pointMax - 1, { keysMax, bytesMax });
    const offer = (key: Buffer) => window.offer(keys.point(key, 0, key.length), key);
    const watcher = vnode.watchKeys(offer);
    try {
      yield* this.#fold(vnode, offer);
    } finally {
      vnode.unwatchKeys(watcher);
    }
    window.settle();
    const open = { vnode, window, usedMs: nowMs() };
    this.#windows.push(open);
    this.#watchers.set(
      open,
      vnode.watchKeys((key) => window.add(keys.point(key, 0, key.length), key)),
    );
    if (this.#windows.length > limits.windowsMax) this.#close(this.#windows[0]!);
  }

  #close(open: OpenWindow): void {
    const watcher = this.#watchers.get(open);
    if (watcher !== undefined) open.vnode.unwatchKeys(watcher);
    this.#watchers.delete(open);
    this.#windows = this.#windows.filter((other) => other !== open);
  }

  *#fold(vnode: Vnode, visit: (key: Buffer, record: RecordView) => void): Generator<number> {
    let after: Buffer | undefined;
    for (;;) {
      let last: Buffer | undefined;
      let visited = 0;
      const { sliceRecords } = this.#options.limits;
      const isMore = vnode.storage.scan(after, sliceRecords, (key, record) => {
        visited++;
        last = key;
        visit(key, record);
      });
      if (last !== undefined) after = Buffer.from(last);
      yield visited;
      if (!isMore || visited === 0) return;
    }
  }

  *#count(ask: RangeAsk): Task {
    const { placement, vnodesOf } = this.#options;
    const counts: RangeCount[] = [];
    for (const vnode of vnodesOf(placement.positionOfPoint(ask.from))) {
      if (vnode.storage.isEmpty()) continue;
      const known = this.#counts.get(vnode)?.get(ask.from);
      if (known !== undefined && isSame(known, stateOf(vnode))) counts.push(known);
      else counts.push(yield* this.#countVnode(vnode, ask));
    }
    const holding = counts.filter(({ records }) => records > 0);
    const [first = { records: 0, live: 0, digest: 0, isMixed: false }] = holding;
    const isMixed = holding.some(
      (count) => count.isMixed || count.live !== first.live || count.digest !== first.digest,
    );
    return { kind: 'count', ...first, isMixed };
  }

  *#countVnode(vnode: Vnode, ask: RangeAsk): Generator<number, RangeCount> {
    const keys = this.#options.placement;
    const state = stateOf(vnode);
    let [records, live, digest] = [0, 0, 0];
    let isMixed = false;
    yield* this.#fold(vnode, (key, { tombstone, expiresMs }) => {
      const point = keys.point(key, 0, key.length);
      if (point < ask.from || point > ask.to) return;
      records++;
      if (tombstone) return;
      live++;
      // Whether such a key is there is for the clock of whoever asks to say.
      if (expiresMs !== neverExpires) isMixed = true;
      digest = (digest + point) % pointMax;
    });
    const count = { records, live, digest, isMixed, ...state };
    // What changed while we counted may be counted or not; only a count of one state is kept.
    if (isSame(state, stateOf(vnode))) {
      const known = this.#counts.get(vnode) ?? new Map();
      this.#counts.set(vnode, known.set(ask.from, count));
    }
    return count;
  }
}

/** What changes with every change of a vnode's keys: writes raise the first, and removals lower the others. */
interface VnodeState {
  readonly keyChanges: number;
  readonly stored: number;
  readonly storedLive: number;
}

function stateOf({ keyChanges, storage }: Vnode): VnodeState {
  return { keyChanges, stored: storage.count, storedLive: storage.liveCount };
}

function isSame(a: VnodeState, b: VnodeState): boolean {
  return a.keyChanges === b.keyChanges && a.stored === b.stored && a.storedLive === b.storedLive;
}

/** One step of a task: the records that it looked at, or its reply. */
function advance(task: Task): number | RangeReply {
  try {
    const step = task.next();
    return step.value;
  } catch (error) {
    if (error instanceof StorageError) return { kind: 'failed', reason: 'storage' };
    throw error;
  }
}
