/**
 * Where a member is: one host, a port for clients and one for other nodes, as text `host:clientPort/linkPort`,
 * for example 127.0.0.1:7001/8001. Each member writes its own into its entry, and gossip carries it.
 */

export interface MemberAddress {
  readonly host: string;
  readonly clientPort: number;
  readonly linkPort: number;
}

export function addressText({ host, clientPort, linkPort }: MemberAddress): string {
  return `${host}:${clientPort}/${linkPort}`;
}

/** The address in a text; undefined if it is none. */
export function parseAddress(text: string): MemberAddress | undefined {
  const match = /^(.+):([0-9]{1,5})\/([0-9]{1,5})$/.exec(text);
  if (match === null) return undefined;
  const [, host, clientPort, linkPort] = match as unknown as [string, string, string, string];
  const ports = [Number(clientPort), Number(linkPort)] as const;
  if (ports.some((port) => port > 65_535)) return undefined;
  return { host, clientPort: ports[0], linkPort: ports[1] };
}
