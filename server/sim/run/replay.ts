/**
 * A run as text: what to type to see it again, and a shrunk one as a file that `--replay` reads. The file names
 * the seed, what differs from what the seed draws, and the actions, one a line.
 */
import { formatAction, parseAction } from '../faults/action.js';
import type { Fault } from './checked-cluster.js';
import { failuresOf, type RunResult } from './run-result.js';
import { drawSettings, type RunSettings } from './settings.js';
import type { Candidate } from './shrink.js';

/** The lines of a file for `--replay`. */
export function replayText({ settings, actions, violations, hash, ...rest }: RunResult): string {
  const failure = failuresOf({ settings, actions, violations, hash, ...rest })[0];
  const asked = {
    seed: settings.seed,
    minutes: (settings.roundMs * settings.rounds) / 60_000,
    nodes: settings.members,
    sessions: settings.sessions,
    keys: settings.traits.keys,
    tails: settings.network.tailShare > 0,
    splits: settings.network.splitShare > 0,
  };
  return [
    ...(failure === undefined ? [] : [`# ${failure.id}: ${failure.message}`]),
    `run ${JSON.stringify(asked)}`,
    ...actions.map((action) => `at ${(action.atMs / 1000).toFixed(3)}s ${formatAction(action)}`),
    '',
  ].join('\n');
}

/** Returns the run of such a file, or a sentence that says what is wrong with it. */
export function parseReplay(text: string): Candidate | string {
  let settings: RunSettings | undefined;
  const actions: Fault[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const where = `Line ${index + 1}: `;
    if (line.startsWith('run ')) {
      settings = settingsOf(line.slice(4));
      if (settings === undefined) return `${where}what follows "run" is no JSON of a run.`;
      continue;
    }
    const given = /^at ([0-9.]+)s (.+)$/.exec(line);
    if (given === null) return `${where}"${line}" is no action; write for example "at 2.5s crash node2".`;
    const action = parseAction(given[2]!);
    if (typeof action === 'string') return where + action;
    actions.push({ ...action, atMs: Math.round(Number(given[1]) * 1000) });
  }
  return settings === undefined ? 'The file has no line that begins with "run".' : { settings, actions };
}

function settingsOf(json: string): RunSettings | undefined {
  let asked: Record<string, unknown>;
  try {
    asked = JSON.parse(json) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const [seed, minutes] = [Number(asked.seed), Number(asked.minutes)];
  if (!Number.isSafeInteger(seed) || !(minutes > 0)) return undefined;
  const drawn = drawSettings({ seed, durationMs: minutes * 60_000, nodes: Number(asked.nodes) });
  return {
    ...drawn,
    sessions: Number(asked.sessions),
    traits: { ...drawn.traits, keys: Number(asked.keys) },
    network: {
      ...drawn.network,
      ...(asked.tails === false ? { tailShare: 0 } : {}),
      ...(asked.splits === false ? { splitShare: 0 } : {}),
    },
  };
}
