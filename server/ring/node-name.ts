/**
 * The name of a node, `name@host` as in Erlang. A name is an identity and a sort key, so one node must have
 * one spelling: nothing is trimmed, lower-cased or resolved here.
 */
import { RingError } from './ring-error.js';

/** A checked node name, for example node1@127.0.0.1. */
export type NodeName = string & { readonly brand: 'NodeName' };

export const nodeNameLengthMax = 255;

const pattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*@[A-Za-z0-9_.:[\]-]+$/;

export function isNodeName(text: string): text is NodeName {
  return text.length <= nodeNameLengthMax && pattern.test(text);
}

/** Returns the text as a node name; throws a RingError unless it reads `name@host`. */
export function nodeName(text: string): NodeName {
  if (!isNodeName(text)) {
    throw new RingError(
      'bad-node-name',
      `${JSON.stringify(text.slice(0, nodeNameLengthMax))} is no node name: write name@host in letters, digits, dots and dashes, at most ${nodeNameLengthMax} of them, for example node1@127.0.0.1.`,
    );
  }
  return text;
}
