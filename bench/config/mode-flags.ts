// --rate, --rate-per-worker and --stages as the key `mode` of a configuration.
import type { ConfigurationProblem } from './configuration-error.js';
import type { BenchFlags } from './parse-flags.js';
import type { BenchConfigInput } from './schema.js';

type ModeInput = NonNullable<BenchConfigInput['mode']>;

export function modeFromFlags(
  { rate, ratePerWorker, stages }: BenchFlags,
  problems: ConfigurationProblem[],
): ModeInput | undefined {
  const given = [
    rate === undefined ? undefined : '--rate',
    ratePerWorker === undefined ? undefined : '--rate-per-worker',
    stages === undefined ? undefined : '--stages',
  ].filter((flag) => flag !== undefined);
  if (given.length > 1) {
    const message = `cannot stand beside ${given.slice(1).join(' and ')}; the offered rate comes from one of them`;
    problems.push({ path: given[0]!, message });
    return undefined;
  }
  if (rate === 'max') return 'max';
  if (rate !== undefined) return { rate: perSecond(rate, '--rate', problems) };
  if (ratePerWorker !== undefined) return ['rate', perSecond(ratePerWorker, '--rate-per-worker', problems)];
  if (stages !== undefined) return { stages: stages.split(',').map((text) => stage(text.trim(), problems)) };
  return undefined;
}

function perSecond(text: string, path: string, problems: ConfigurationProblem[]): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  problems.push({ path, message: `"${text}" is not a number of operations per second above zero` });
  return 1;
}

/** `30s@1000` holds a rate, `30s@..1000` goes there from the rate before in a straight line. */
function stage(
  text: string,
  problems: ConfigurationProblem[],
): { duration: string; rate: number } | { duration: string; rampTo: number } {
  const match = /^([^@]+)@(\.\.)?(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) {
    const message = `"${text}" is no stage; write DURATION@RATE to hold a rate or DURATION@..RATE to go there, for example 10s@100,30s@..1000`;
    problems.push({ path: '--stages', message });
    return { duration: '1s', rate: 1 };
  }
  const [, duration = '', ramp, rate = ''] = match;
  return ramp === undefined ? { duration, rate: Number(rate) } : { duration, rampTo: Number(rate) };
}
