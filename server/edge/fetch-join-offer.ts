/** Asks another server for its cluster's state, as a client of it: what a node that joins must know first. */
import { RkvClient } from '../client/index.js';
import type { Environment, JoinOffer, JoinPlace } from '../node/index.js';
import { ServerError } from '../server-error.js';

/** A server that does not answer by then is told to be unreachable. */
const timeoutMs = 3000;

export const fetchJoinOffer: Environment['fetchJoinOffer'] = (place, done) => {
  ask(place).then(done, (error: Error) => done(whyNot(error)));
};

async function ask({ host, port, login }: JoinPlace): Promise<JoinOffer> {
  const client = await RkvClient.connect({ host, port, login, timeoutMs });
  try {
    return { kind: 'told', text: String(await client.send('RKV.STATE')) };
  } finally {
    client.close();
  }
}

function whyNot(error: Error): JoinOffer {
  const isAnswer = error instanceof ServerError && error.code === 'error-reply';
  if (!isAnswer) return { kind: 'failed', why: error.message };
  const hint = /^(NOAUTH|WRONGPASS|NOPERM)/.test(error.message) ? loginHint : '';
  return { kind: 'refused', why: `${error.message.replace(/\.$/, '')}${hint}` };
}

const loginHint =
  ' (it takes a user with the right admin there: RKV_USER and RKV_PASSWORD of rkv admin join)';
