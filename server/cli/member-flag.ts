/** Reads `--member name=host:clientPort/linkPort`. */
import { ServerError } from '../server-error.js';
import type { ServerMember } from '../start-server.js';

const pattern = /^([^=]+)=(.+):([0-9]{1,5})\/([0-9]{1,5})$/;

export function isMember(text: string): boolean {
  return pattern.test(text);
}

/** Throws a ServerError that shows a right value. */
export function parseMember(text: string): ServerMember {
  const match = pattern.exec(text);
  if (match === null) {
    throw new ServerError(
      'bad-members',
      `--member ${text} cannot be read: write name=host:clientPort/linkPort, for example node2@127.0.0.1=127.0.0.1:7002/8002.`,
      { definite: true },
    );
  }
  const [, name, host, clientPort, linkPort] = match as unknown as [string, string, string, string, string];
  return { name, host, clientPort: Number(clientPort), linkPort: Number(linkPort) };
}
