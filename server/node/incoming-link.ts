/** A connection that another node opened to this one: what came in, and from whom. The node alone changes it. */
import { type Checksum, FrameReader } from '../link/index.js';
import type { NodeName } from '../ring/index.js';

/** The receiving end of a link; the node never writes to it. */
export interface IncomingPort {
  /** Why whoever is at the other end may not have this name; absent where anybody may have any. */
  readonly nameMistake?: (name: NodeName) => string | undefined;
  destroy(): void;
}

export class IncomingLink {
  readonly port: IncomingPort;
  readonly reader: FrameReader;
  /** Who is at the other end; undefined until its hello has come. */
  name: NodeName | undefined;
  /** Its number; -1 until its hello has come, and while it is no member that this node knows. */
  member = -1;
  /** The life of that node, as its hello says. */
  life = 0;
  /** When something last came on it. */
  heardMs = 0;
  isClosed = false;

  constructor(port: IncomingPort, checksum: Checksum) {
    this.port = port;
    this.reader = new FrameReader(checksum);
  }
}
