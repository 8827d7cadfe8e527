import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { serverConfigOf } from './read-server-config.js';
import { expectedOf, serverConfigSchema, serverJsonSchema } from './server-config.js';
import { keyOfFlag, serverFlags, settingsOf } from './server-flags.js';
import { settingsText } from './settings-text.js';

const published = new URL('rkv-server.schema.json', import.meta.url);

/** The lines of the error, without the first, which names the file. */
function mistakesIn(text: string): string[] {
  try {
    serverConfigOf(text, 'node1.yaml');
  } catch (error) {
    return (error as Error).message.split('\n').slice(1);
  }
  return [];
}

test('the published JSON schema is that of the code (UPDATE=1 writes it)', () => {
  const text = `${JSON.stringify(serverJsonSchema(), null, 2)}\n`;
  if (process.env.UPDATE === '1') writeFileSync(published, text);
  expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(text));
});

test('there is a key for each flag, and no other', () => {
  const keys = Object.keys(serverFlags).map(keyOfFlag).sort();
  expect(Object.keys(serverConfigSchema.shape).sort()).toEqual(['$schema', ...keys]);
  expect(Object.keys(expectedOf).sort()).toEqual(keys);
});

test('the README’s example is right', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(serverConfigOf(example, 'README.md')).toMatchObject({ port: 7001, limit: ['clients=1000'] });
});

describe('a configuration', () => {
  it('is YAML or JSON, and may be empty', () => {
    const settings = { port: 7005, tlsCluster: true, limit: ['clients=10', 'idle-ms=0'] };
    const yaml = 'port: 7005\ntlsCluster: true\nlimit:\n  clients: 10\n  idle-ms: 0\n';
    const json = '{"$schema": "x", "port": 7005, "tlsCluster": true, "limit": {"clients": 10, "idle-ms": 0}}';
    expect(serverConfigOf(yaml, 'a')).toEqual(settings);
    expect(serverConfigOf(json, 'a')).toEqual(settings);
    expect(serverConfigOf('# nothing\n', 'a')).toEqual({});
  });

  it('is told all that is wrong with it, where, what was found and what is right', () => {
    const text = `
prot: 7001
linkPort: "8001"
metricsPort: 65536
name: node1
limit: { clients: 0, client: 5, whatever: 1 }
member: [node1@a=a:1/2, node2]
ringSize: 63
durability: synced
batchWindow: 0.5
n: 9
qqqqqqqqqqqqqqqq: 1
`;
    expect(mistakesIn(text).sort()).toEqual(
      [
        'linkPort: found "8001", expected a port, 0 to 65535, for example 8001',
        'metricsPort: found 65536, expected a port, 0 to 65535, for example 9101',
        'name: found "node1", expected name@host, for example "node1@10.0.0.1"',
        'limit.clients: found 0, expected a whole number from 1 to 2147483648 (clients that are connected at once)',
        'limit.client: there is no such key; did you mean "clients"?',
        `limit.whatever: there is no such key; known are clients, pipeline, request-bytes, output-bytes, request-ms, login-ms, idle-ms, requests`,
        `member.1: found "node2", expected ${expectedOf.member}`,
        'ringSize: found 63, expected a power of two from 8 to 1024, for example 64',
        'durability: found "synced", expected one of sync, batch, os',
        'batchWindow: found 0.5, expected a whole number of milliseconds from 1 to 60000',
        'n: found 9, expected a whole number from 1 to 8',
        'prot: there is no such key; did you mean "port"?',
        `qqqqqqqqqqqqqqqq: there is no such key; known are ${Object.keys(expectedOf).join(', ')}`,
      ].sort(),
    );
  });

  it('that is no such file is told so', () => {
    expect(mistakesIn('7001')).toEqual([
      'the whole: found 7001, expected keys and values, for example port: 7001',
    ]);
    expect(mistakesIn('- port')).toHaveLength(1);
    expect(mistakesIn('port: 1\nport: 2\n')).toEqual(['line 2: Map keys must be unique']);
    expect(mistakesIn('port: [\n')[0]).toMatch(/^line \d+: /);
  });

  it('never shows what may be a secret', () => {
    const text = 'clusterSecretFile: { is: hunter2 }\ntlsKey: [hunter2]\npassword: hunter2\n';
    const mistakes = mistakesIn(text);
    expect(mistakes).toHaveLength(3);
    expect(mistakes.join()).not.toContain('hunter2');
  });
});

describe('settings', () => {
  it('are what the command line says, then the file, then the default', () => {
    const file = { port: 7005, host: '127.0.0.2', limit: ['clients=1', 'requests=2'], member: ['a', 'b'] };
    const settings = settingsOf({ port: 7006, tlsCluster: false, limit: ['clients=3'] }, file);
    expect(settings).toMatchObject({
      port: 7006,
      host: '127.0.0.2',
      limit: ['clients=1', 'requests=2', 'clients=3'],
      member: ['a', 'b'],
      logLevel: 'info',
      tlsCluster: false,
    });
    expect(settingsOf({ member: ['c'] }, file).member).toEqual(['c']);
    expect(settingsOf({ tlsCluster: false }, { tlsCluster: true }).tlsCluster).toBe(false);
  });

  it('are shown as a file that has the same effect, without secrets', () => {
    const environment = { RKV_PASSWORD: 'hunter2', RKV_CLUSTER_SECRET: 'hunter2' };
    const settings = settingsOf({ port: 7006, limit: ['clients=3', 'clients=4'] }, { dataDir: 'd' });
    const text = settingsText(settings, environment);
    expect(text).not.toContain('hunter2');
    expect(text).toContain('RKV_PASSWORD');
    expect(settingsOf({}, serverConfigOf(text, 'shown'))).toEqual({ ...settings, limit: ['clients=4'] });
  });
});
