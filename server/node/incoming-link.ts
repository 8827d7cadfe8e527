/** A connection that another node opened to this one: what came in, and from whom. The node alone changes it. */
import { type Checksum, FrameReader } from '../link/index.js';

/** The receiving end of a link; the node never writes to it. */
export interface IncomingPort {
  destroy(): void;
}

export class IncomingLink {
  readonly port: IncomingPort;
  readonly reader: FrameReader;
  /** The number of the member at the other end; -1 until its hello has come. */
  member = -1;
  isClosed = false;

  constructor(port: IncomingPort, checksum: Checksum) {
    this.port = port;
    this.reader = new FrameReader(checksum);
  }
}
