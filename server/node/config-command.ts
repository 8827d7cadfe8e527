/** CONFIG: what the node was told at its start. Nothing can be changed while it runs. */
import { GlobPattern, match } from '../coverage/index.js';
import type { CommandReader, ReplyWriter } from '../resp/index.js';
import { argument, argumentsFrom, unknownSubcommand, wrongArity } from './command-argument.js';
import type { CommandStatistics } from './command-statistics.js';
import type { NodeView } from './node-view.js';

/** Steps that one pattern of CONFIG GET may take on one name. */
const patternStepsMax = 10_000;

/** CONFIG GET pattern ... | RESETSTAT. */
export function config(
  reader: CommandReader,
  view: NodeView,
  statistics: CommandStatistics,
  writer: ReplyWriter,
): void {
  switch (argument(reader, 1).toLowerCase()) {
    case 'get':
      if (reader.count < 3) writer.error(wrongArity('config|get'));
      else getSettings(argumentsFrom(reader, 2), view, writer);
      return;
    case 'set':
      if (reader.count < 4) writer.error(wrongArity('config|set'));
      else writer.error('ERR CONFIG SET is not supported by rkv: settings are given at the start');
      return;
    case 'resetstat':
      if (reader.count > 2) writer.error(wrongArity('config|resetstat'));
      else {
        statistics.reset();
        writer.ok();
      }
      return;
    case 'rewrite':
      writer.error('ERR The server is running without a config file');
      return;
    default:
      writer.error(unknownSubcommand(reader, 'CONFIG'));
  }
}

function getSettings(asked: readonly string[], view: NodeView, writer: ReplyWriter): void {
  const { n, r, w } = view.quorum;
  const settings: [string, string | number][] = [
    ['appendonly', view.isDurable ? 'yes' : 'no'],
    ['databases', 1],
    ['maxmemory', 0],
    ['n', n],
    ['proto-max-bulk-len', view.valueBytesMax],
    ['r', r],
    ['ring-size', view.ring.ringSize],
    ['save', ''],
    ['timeout', 0],
    ['w', w],
  ];
  const patterns = asked.map(
    (pattern) => new GlobPattern(Buffer.from(pattern.toLowerCase()), patternStepsMax),
  );
  const told = settings.filter(([name]) =>
    patterns.some((pattern) => pattern.matches(Buffer.from(name)) === match),
  );
  writer.map(told.length);
  for (const [name, value] of told) {
    writer.text(name);
    writer.text(String(value));
  }
}
