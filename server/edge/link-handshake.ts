/**
 * The first bytes between two nodes of a cluster with a secret: each proves to the other that it knows it, over a
 * number from either side. Nothing behind it is read before that, and nothing but it is said.
 *
 *   connector                                acceptor
 *   "rkv-link" 1, nonce (32)        ->
 *                                   <-       "rkv-link" 1, nonce (32)
 *   proof (32)                      ->
 *                                   <-       1, proof (32), or 0: refused
 *
 * The connector proves first, so that whoever merely connects gets nothing that depends on the secret. A connection on
 * which something else comes, or too little for too long, has failed.
 */
import type { Socket } from 'node:net';
import { type ClusterSecret, freshNonce, nonceBytes, proofBytes } from './cluster-secret.js';

const magic = Buffer.from('rkv-link\x01', 'latin1');
const helloBytes = magic.length + nonceBytes;
const [accepted, refused] = [1, 0];
/** Both proofs must be there within this time, as the first bytes must without a secret. */
export const handshakeTimeoutMs = 5000;

export interface HandshakeOptions {
  readonly secret: ClusterSecret;
  readonly timeoutMs?: number;
  /** Called once: with undefined when both have proven it, or with why not. The connection is the callee's. */
  done(mistake: string | undefined): void;
}

/** Whether a connection begins as one of a node that wants a proof. */
export function beginsHandshake(bytes: Buffer): boolean {
  return bytes.length >= magic.length && bytes.subarray(0, magic.length).equals(magic);
}

export function proveAsConnector(socket: Socket, { secret, timeoutMs, done }: HandshakeOptions): void {
  const own = freshNonce();
  let theirs: Buffer | undefined;
  exchange(socket, { timeoutMs, silence: noAnswerText, end: endedText, done }, (bytes) => {
    if (theirs === undefined) {
      if (!isBeginning(bytes)) return notOurs;
      if (bytes.length < helloBytes) return more;
      if (bytes.length > helloBytes) return notOurs;
      theirs = Buffer.from(bytes.subarray(magic.length));
      socket.write(secret.proof('rkv link 1, connector', own, theirs));
      return taken;
    }
    if (bytes[0] === refused) return refusedText;
    if (bytes[0] !== accepted || bytes.length > 1 + proofBytes) return notOurs;
    if (bytes.length < 1 + proofBytes) return more;
    const isProven = secret.isProof(bytes.subarray(1), 'rkv link 1, acceptor', own, theirs);
    return isProven ? proven : wrongProofText;
  });
  socket.write(Buffer.concat([magic, own]));
}

export function proveAsAcceptor(socket: Socket, { secret, timeoutMs, done }: HandshakeOptions): void {
  const own = freshNonce();
  let theirs: Buffer | undefined;
  exchange(socket, { timeoutMs, silence: noProofText, end: noProofText, done }, (bytes) => {
    if (theirs === undefined) {
      if (!isBeginning(bytes)) return noProofText;
      if (bytes.length < helloBytes) return more;
      if (bytes.length > helloBytes) return noProofText;
      theirs = Buffer.from(bytes.subarray(magic.length));
      socket.write(Buffer.concat([magic, own]));
      return taken;
    }
    if (bytes.length < proofBytes) return more;
    if (bytes.length > proofBytes) return noProofText;
    if (!secret.isProof(bytes, 'rkv link 1, connector', theirs, own)) {
      socket.write(Buffer.from([refused]));
      return wrongProofText;
    }
    socket.write(Buffer.concat([Buffer.from([accepted]), secret.proof('rkv link 1, acceptor', theirs, own)]));
    return proven;
  });
}

/** More bytes are needed; these were taken; the other side has proven itself. Other texts say what is wrong. */
const [more, taken, proven] = ['more', 'taken', 'proven'];

/** Gathers what comes until `step` says what to make of it; never more than the longest step. */
function exchange(
  socket: Socket,
  told: {
    timeoutMs: number | undefined;
    silence: string;
    end: string;
    done(mistake: string | undefined): void;
  },
  step: (bytes: Buffer) => string,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const finish = (mistake: string | undefined) => {
    clearTimeout(timer);
    socket.off('data', onData);
    socket.off('close', onClose);
    told.done(mistake);
  };
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk.subarray(0, helloBytes + 1)]);
    const result = step(bytes);
    if (result === taken) bytes = Buffer.alloc(0);
    else if (result === proven) finish(undefined);
    else if (result !== more) finish(result);
  };
  const onClose = () => finish(told.end);
  const timer = setTimeout(() => finish(told.silence), told.timeoutMs ?? handshakeTimeoutMs);
  socket.on('data', onData);
  socket.once('close', onClose);
}

function isBeginning(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, magic.length);
  return bytes.subarray(0, length).equals(magic.subarray(0, length));
}

const wrongProofText = 'it has another cluster secret';
const refusedText = 'it refuses this node: their cluster secrets differ';
const noProofText = 'it does not prove that it knows the cluster secret: it has none, or is no node';
const noAnswerText = 'it does not prove that it knows the cluster secret';
const endedText = 'it ended the connection before it proved the cluster secret: perhaps it has none';
const notOurs = 'it does not speak as a node with a cluster secret does';
