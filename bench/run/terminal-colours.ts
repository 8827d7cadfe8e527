// Colours for a terminal and for nothing else: not for a pipe, a file or a log of CI, unless FORCE_COLOR asks.
import pc from 'picocolors';

type Colours = ReturnType<typeof pc.createColors>;

export function coloursFor(stream: { isTTY?: boolean }): Colours {
  const { NO_COLOR = '', FORCE_COLOR = '', TERM } = process.env;
  const isWanted = FORCE_COLOR !== '' || (stream.isTTY === true && TERM !== 'dumb');
  return pc.createColors(NO_COLOR === '' && isWanted);
}
