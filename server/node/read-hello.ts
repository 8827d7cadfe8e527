/** Who is at the other end of a link, by the first message on it, or what is wrong with that message. */
import { type Hello, type LinkMessage, linkProtocolVersion, messageKind } from '../link/index.js';
import { isNodeName, type NodeName } from '../ring/index.js';
import type { IncomingPort } from './incoming-link.js';

/**
 * `own` is how this node introduces itself: the other one must be of the same cluster and have another name, which its
 * connection must allow.
 */
export function readHello(
  { kind, hello }: LinkMessage,
  own: Hello,
  { nameMistake }: Pick<IncomingPort, 'nameMistake'>,
): { readonly name: NodeName; readonly life: number } | string {
  if (kind !== messageKind.hello || hello === undefined) return 'its first message is no hello';
  const { protocolVersion, clusterId, nodeName, incarnation } = hello;
  if (protocolVersion !== linkProtocolVersion)
    return `it speaks link protocol ${protocolVersion}, and this node ${linkProtocolVersion}`;
  if (clusterId !== own.clusterId) return `it is of cluster ${clusterId}, and this node of ${own.clusterId}`;
  if (nodeName === own.nodeName) return `it has the name of this node, ${own.nodeName}`;
  if (!isNodeName(nodeName)) return `${JSON.stringify(nodeName)} is no node name`;
  const mistake = nameMistake?.(nodeName);
  if (mistake !== undefined) return mistake;
  return { name: nodeName, life: incarnation };
}
