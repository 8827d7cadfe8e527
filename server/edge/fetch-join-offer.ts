/** Asks another server for its cluster's state, as a client of it: what a node that joins must know first. */
import { RkvClient } from '../client/index.js';
import type { Environment } from '../node/index.js';

/** A server that does not answer by then is told to be unreachable. */
const timeoutMs = 3000;

export const fetchJoinOffer: Environment['fetchJoinOffer'] = ({ host, port }, done) => {
  ask(host, port).then(
    (text) => done({ kind: 'told', text }),
    (error: Error) => done({ kind: 'failed', why: error.message }),
  );
};

async function ask(host: string, port: number): Promise<string> {
  const client = await RkvClient.connect({ host, port, timeoutMs });
  try {
    return String(await client.send('RKV.STATE'));
  } finally {
    client.close();
  }
}
