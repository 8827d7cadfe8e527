/**
 * INFO: what a node tells of itself, in Redis' sections and with Redis' names where there is such a thing here.
 * `redis_version` is the version whose protocol and error texts are followed, since clients look for one.
 */
import type { CommandStatistics } from './command-statistics.js';
import type { NodeView } from './node-view.js';
import { productVersion } from './product-version.js';

export const redisVersionFollowed = '7.0.15';

type Line = readonly [name: string, value: string | number];

/** Told only when asked for by name, or with `all` or `everything`. */
const rareSections = ['commandstats'];

/** The text of some sections, none meaning the usual ones; an unknown section has no text. */
export function infoText(asked: readonly string[], view: NodeView, statistics: CommandStatistics): string {
  const names = new Set(asked.map((name) => name.toLowerCase()));
  const isAll = names.has('all') || names.has('everything');
  const isDefault = names.size === 0 || names.has('default');
  return sections(view, statistics)
    .filter(([title]) => {
      const name = title.toLowerCase();
      return isAll || names.has(name) || (isDefault && !rareSections.includes(name));
    })
    .map(([title, lines]) =>
      [`# ${title}`, ...lines.map(([name, value]) => `${name}:${value}`), ''].join('\r\n'),
    )
    .join('\r\n');
}

function sections(view: NodeView, statistics: CommandStatistics): [title: string, lines: readonly Line[]][] {
  const { ring, quorum } = view;
  const { cpuUserS, cpuSystemS, memoryBytes, uptimeS } = view.usage();
  return [
    [
      'Server',
      [
        ['redis_version', redisVersionFollowed],
        ['rkv_version', productVersion],
        ['redis_mode', 'standalone'],
        ['node', view.name],
        ['uptime_in_seconds', Math.floor(uptimeS)],
      ],
    ],
    ['Clients', [['connected_clients', [...view.clients()].length]]],
    ['Memory', [['used_memory', memoryBytes]]],
    [
      'Persistence',
      [
        ['loading', 0],
        ['storage', view.isDurable ? 'durable' : 'memory'],
      ],
    ],
    ['Stats', view.counters()],
    [
      'Replication',
      [
        // Replicas are kept by quorum: there is no stream of changes, and no replica of a whole node.
        ['role', 'master'],
        ['connected_slaves', 0],
        ['master_repl_offset', 0],
      ],
    ],
    [
      'CPU',
      [
        ['used_cpu_sys', cpuSystemS.toFixed(6)],
        ['used_cpu_user', cpuUserS.toFixed(6)],
      ],
    ],
    ['Commandstats', statistics.lines()],
    [
      'Cluster',
      [
        ['cluster_id', ring.clusterId],
        ['members', ring.members.length],
        ['ring_size', ring.ringSize],
        ['ring_epoch', ring.epoch],
        ['n', quorum.n],
        ['r', quorum.r],
        ['w', quorum.w],
      ],
    ],
  ];
}
