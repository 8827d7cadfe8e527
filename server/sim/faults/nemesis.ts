/**
 * Draws what will befall a cluster: a list of actions with their times, made before the run and independent of
 * it. So a part of the list can be run again, which is how a failing run is shrunk.
 */
import type { RandomStream } from '../random-stream.js';
import type { TimedAction } from './action.js';
import { ambientKinds, faultKinds } from './fault-kinds.js';

/** Each kind is on with even chances; one seed in eight is left in peace altogether. */
export function drawKinds(random: RandomStream): ReadonlySet<string> {
  const isCalm = random.chance(1 / 8);
  const hasOperators = random.fork('operators').chance(0.5);
  const operatorNames = faultKinds.filter(({ isOperator }) => isOperator === true).map(({ name }) => name);
  const names = [...faultKinds.map(({ name }) => name), ...ambientKinds];
  // Drawn for each name in turn, calm or not, so that a new kind changes no more than it must.
  return new Set(
    names.filter((name) => {
      const isOn = random.fork(name).chance(0.5);
      if (!operatorNames.includes(name)) return isOn && !isCalm;
      // Nothing that is staged is done without a commit.
      return hasOperators && (isOn || name === 'op-commit');
    }),
  );
}

export interface NemesisOptions {
  readonly random: RandomStream;
  readonly nodes: number;
  readonly kinds: ReadonlySet<string>;
  readonly startMs: number;
  readonly endMs: number;
  /** Between the beginnings of two faults, drawn up to twice this. */
  readonly paceMs: number;
}

/** In the order of their times. What a fault begins, it ends, though perhaps after the round. */
export function drawActions(options: NemesisOptions): (TimedAction & { fault: string })[] {
  const { random, nodes, kinds, startMs, endMs, paceMs } = options;
  const drawn = faultKinds.filter(
    ({ name, isBetween }) => kinds.has(name) && (nodes > 1 || isBetween === undefined),
  );
  const weights = drawn.reduce((sum, { weight }) => sum + weight, 0);
  const actions: (TimedAction & { fault: string })[] = [];
  if (drawn.length === 0) return actions;
  for (let atMs = startMs; ; ) {
    atMs = Math.round(atMs + random.fraction() * 2 * paceMs);
    if (atMs >= endMs) break;
    let at = random.fraction() * weights;
    const kind = drawn.find(({ weight }) => {
      at -= weight;
      return at < 0;
    })!;
    const begun = kind.begin(random, nodes);
    const [least, most] = kind.lastsMs;
    const endsMs = Math.round(atMs + random.between(least, most));
    actions.push({ ...begun, atMs, fault: kind.name });
    if (kind.end !== undefined && endsMs < endMs)
      actions.push({ ...kind.end(begun), atMs: endsMs, fault: kind.name });
  }
  return actions.sort((a, b) => a.atMs - b.atMs);
}
