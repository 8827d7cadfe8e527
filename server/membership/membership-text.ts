/** The table of members and the picture of the ring, as Riak Core prints them: 79 columns, bars in between. */
import { type NodeName, targetN } from '../ring/index.js';
import { compareTexts } from './cluster-merge.js';
import { type ClusterState, futureOwners, type MemberStatus, membersWith } from './cluster-state.js';

export const columns = 79;

/** Member-status. `Pending` is the share that a member will have when all transitions are done. */
export function memberStatusText(state: ClusterState): string {
  const { decision, ringSize } = state;
  const isPending = decision.transitions.length > 0;
  const future = futureOwners(decision);
  const rows = [...state.members]
    .filter(([, { status }]) => status !== 'invalid')
    .sort(([a, one], [b, other]) => compareTexts(one.status, other.status) || compareTexts(a, b))
    .map(([name, { status }]) => {
      const share = percent(count(decision.owners, name), ringSize).padStart(5);
      const pending = isPending ? `    ${percent(count(future, name), ringSize).padStart(5)}%` : '      --  ';
      return `${status.padEnd(8)}  ${share}%${pending}    '${name}'`;
    });
  const total = (status: MemberStatus) => membersWith(state, status).length;
  return lines(
    titled('Membership'),
    'Status     Ring    Pending    Node',
    '-'.repeat(columns),
    ...rows,
    '-'.repeat(columns),
    `Valid:${total('valid')} / Leaving:${total('leaving')} / Exiting:${total('exiting')} / Joining:${total('joining')} / Down:${total('down')}`,
  );
}

/** The picture of the ring: a letter for each partition, a bar behind every target_n of them. */
export function ringText(
  state: ClusterState,
  options: { hasLegend?: boolean; isNumeric?: boolean } = {},
): string {
  const { decision, ringSize } = state;
  const names = [...new Set(decision.owners)].sort();
  const isNumeric = options.isNumeric === true || names.length > 26;
  const label = (name: NodeName) => labelOf(names.indexOf(name), isNumeric);
  const legend = names.map((name) => {
    const owned = count(decision.owners, name);
    return `Node ${label(name)}: ${owned} (${percent(owned, ringSize).padStart(5)}%) ${name}`;
  });
  const picture = isNumeric
    ? `[${decision.owners.map(label).join(',')}]`
    : decision.owners.map((owner, at) => label(owner) + ((at + 1) % targetN === 0 ? '|' : '')).join('');
  if (options.hasLegend !== true) return lines(picture);
  return lines(titled('Nodes'), ...legend, titled('Ring'), picture);
}

function labelOf(number: number, isNumeric: boolean): string {
  return isNumeric ? String(number + 1) : String.fromCharCode(97 + number);
}

function count(owners: readonly NodeName[], name: NodeName): number {
  return owners.reduce((sum, owner) => sum + (owner === name ? 1 : 0), 0);
}

/** One decimal, halves up: shares of a ring are exact in binary, so 31.25 is 31.3 and never 31.2. */
function percent(owned: number, ringSize: number): string {
  return (Math.round((owned * 1000) / ringSize) / 10).toFixed(1);
}

/** A title in the middle of a bar, as wide as the table. */
export function titled(title: string): string {
  const free = columns - title.length - 2;
  const left = Math.floor(free / 2);
  return `${'='.repeat(left)} ${title} ${'='.repeat(free - left)}`;
}

/** Lines of text, each with its end. */
export function lines(...list: string[]): string {
  return list.map((line) => `${line}\n`).join('');
}
