// `host:port` as people write it, IPv6 in brackets.

/** The endpoint, or a message that says what is wrong with the text. */
export function parseEndpoint(text: string): { host: string; port: number } | string {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^:\s]+):(\d{1,5})$/.exec(text.trim());
  if (match === null) return `"${text}" is not host:port; for example 127.0.0.1:6379 or [::1]:6379`;
  const [, host = '', digits = ''] = match;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return `"${text}" has the port ${digits}; ports are 1 to 65535`;
  return { host: host.replace(/^\[|\]$/g, ''), port };
}
