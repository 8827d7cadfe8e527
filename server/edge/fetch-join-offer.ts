/**
 * Asks another server for its cluster's state, as a client of it: what a node that joins must know first. With a
 * cluster secret the answer must carry a proof, or somebody else could tell this node what its cluster is.
 */
import { type ClientOptions, RkvClient } from '../client/index.js';
import type { Environment, JoinOffer, JoinPlace } from '../node/index.js';
import { ServerError } from '../server-error.js';
import { type ClusterSecret, freshNonce } from './cluster-secret.js';

export interface JoinOffersOptions {
  secret: ClusterSecret | undefined;
  /** How this node is a client of others; undefined where clients are not encrypted. */
  tls: ClientOptions['tls'];
}

/** A server that does not answer by then is told to be unreachable. */
const timeoutMs = 3000;

export function joinOffers(options: JoinOffersOptions): Environment['fetchJoinOffer'] {
  return (place, done) => {
    ask(place, options).then(done, (error: Error) => done(whyNot(error)));
  };
}

/** The proof of an answer to a challenge. */
export function offerProof(secret: ClusterSecret, challenge: string, text: string): Buffer {
  return secret.proof('rkv join offer 1', Buffer.from(challenge), Buffer.from(text));
}

async function ask({ host, port, login }: JoinPlace, { secret, tls }: JoinOffersOptions): Promise<JoinOffer> {
  const client = await RkvClient.connect({ host, port, login, tls, timeoutMs });
  try {
    const challenge = freshNonce().toString('hex');
    const reply = await client.send('RKV.STATE', challenge);
    const [text, proof] = Array.isArray(reply)
      ? reply.map((part) => (part === null ? null : String(part)))
      : [];
    if (typeof text !== 'string') return { kind: 'refused', why: 'it answers something else than was asked' };
    if (secret === undefined)
      return typeof proof === 'string'
        ? { kind: 'refused', why: 'its cluster has a secret, and this node has none (--cluster-secret-file)' }
        : { kind: 'told', text };
    if (typeof proof !== 'string')
      return { kind: 'refused', why: 'its cluster has no secret, and this node has one' };
    const isProven = secret.isProof(
      Buffer.from(proof, 'hex'),
      'rkv join offer 1',
      Buffer.from(challenge),
      Buffer.from(text),
    );
    return isProven
      ? { kind: 'told', text }
      : { kind: 'refused', why: 'its cluster has another secret than this node' };
  } finally {
    client.close();
  }
}

function whyNot(error: Error): JoinOffer {
  const isAnswer =
    error instanceof ServerError && (error.code === 'error-reply' || error.code === 'untrusted');
  if (!isAnswer) return { kind: 'failed', why: error.message };
  const hint = /^(NOAUTH|WRONGPASS|NOPERM)/.test(error.message) ? loginHint : '';
  return { kind: 'refused', why: `${error.message.replace(/\.$/, '')}${hint}` };
}

const loginHint =
  ' (it takes a user with the right admin there: RKV_USER and RKV_PASSWORD of rkv admin join)';
