// A fault in one line of words, as `--fault` takes it: `10s pause node2 2s`, `30s join`, `5s command redis-cli shutdown`.
import { faultKinds } from '../faults/index.js';
import { nearestName } from './nearest-name.js';

/** What a person writes of one fault in a configuration. */
export interface FaultInput {
  at: string;
  kind: (typeof faultKinds)[number];
  target?: string;
  duration?: string;
  command?: string[];
}

const example = '"10s pause node2 2s", "20s kill node1" or "30s command redis-cli shutdown nosave"';

/** The fault, or one sentence that says what is wrong with the text. */
export function parseFaultText(text: string): FaultInput | string {
  const [at, kind, ...words] = text.trim().split(/\s+/);
  if (at === undefined || kind === undefined)
    return `"${text}" is no fault; write AT KIND TARGET [DURATION], for example ${example}`;
  const known = faultKinds.find((one) => one === kind);
  if (known === undefined) {
    const nearest = nearestName(kind, faultKinds);
    const hint =
      nearest === undefined ? `; there are ${faultKinds.join(', ')}` : `; did you mean "${nearest}"?`;
    return `"${text}": there is no fault "${kind}"${hint}`;
  }
  if (known === 'command') return { at, kind: known, command: words };
  if (known === 'join') {
    if (words.length > 0) return `"${text}": a join has no target; "${words.join(' ')}" is too much`;
    return { at, kind: known };
  }
  const [target, duration, ...rest] = words;
  if (rest.length > 0)
    return `"${text}": "${rest.join(' ')}" is too much; write AT KIND TARGET [DURATION], several nodes as node1,node2`;
  return {
    at,
    kind: known,
    ...(target === undefined ? {} : { target }),
    ...(duration === undefined ? {} : { duration }),
  };
}
