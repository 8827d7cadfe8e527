/**
 * The files of this folder say what they should, of flags that there are, in the shape that Docker and Kubernetes
 * expect. deploy.e2e.test.ts starts the servers that they describe.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import yargs from 'yargs';
import { serverCommand } from '../cli/index.js';
import { parseMember } from '../cli/member-flag.js';
import { nodeName } from '../ring/index.js';
import { drainTimeoutMs } from '../start-server.js';
import {
  composeFile,
  composeServers,
  deploymentFile,
  kubernetesManifest,
  kubernetesServers,
  valuesOf,
} from './testing/deployment-files.js';

const dockerfile = deploymentFile('Dockerfile');
const deployments = [
  { file: 'docker-compose.yml', servers: composeServers() },
  { file: 'kubernetes.yaml', servers: kubernetesServers() },
];

describe.each(deployments)('the servers of $file', ({ servers }) => {
  it('have flags that rkv server has', async () => {
    const { builder } = serverCommand;
    if (typeof builder !== 'function') throw new Error('the flags of rkv server are no function');
    const help = await (await builder(yargs([]))).getHelp();
    const known = new Set([...help.matchAll(/^ +--([a-z-]+)/gm)].map(([, flag]) => flag));
    expect(known.size).toBeGreaterThan(20);
    const given = servers.flatMap(({ args }) =>
      args.slice(1).map((arg) => /^--([a-z-]+)=./.exec(arg)?.[1] ?? arg),
    );
    expect(given.filter((flag) => !known.has(flag))).toEqual([]);
  });

  it('are three, of one cluster, each with a name of its own and all as members', () => {
    expect(servers).toHaveLength(3);
    const names = servers.map(({ args }) => valuesOf(args, 'name')[0]!);
    for (const { host, args } of servers) {
      expect(args[0]).toBe('server');
      const members = valuesOf(args, 'member').map(parseMember);
      expect(members.map(({ name }) => name)).toEqual(names);
      const self = members.find(({ name }) => name === valuesOf(args, 'name')[0]);
      expect(self).toEqual({
        name: nodeName(`${host.split('.')[0]}@${host}`),
        host,
        clientPort: 7001,
        linkPort: 8001,
      });
      expect([...valuesOf(args, 'port'), ...valuesOf(args, 'link-port')]).toEqual(['7001', '8001']);
      expect(valuesOf(args, 'cluster-id')).toEqual(['rkv']);
    }
  });

  it('keep strangers out, and their data on a volume', () => {
    for (const { args } of servers) {
      expect(valuesOf(args, 'host')).toEqual(['0.0.0.0']);
      for (const flag of ['users', 'cluster-secret-file', 'data-dir'])
        expect(valuesOf(args, flag)).toHaveLength(1);
    }
  });
});

describe('docker-compose.yml', () => {
  const { services, secrets, volumes } = composeFile();

  it('gives a server longer to stop than it drains', () => {
    for (const { stop_grace_period } of Object.values(services))
      expect(Number.parseInt(stop_grace_period, 10) * 1000).toBeGreaterThan(2 * drainTimeoutMs);
  });

  it('gives each a volume of its own where its data are, and the secrets that its flags name', () => {
    const used = Object.values(services).map((service) => service.volumes);
    expect(used).toEqual(Object.keys(volumes).map((volume) => [`${volume}:/data`]));
    for (const service of Object.values(services)) {
      expect(valuesOf(service.command, 'data-dir')).toEqual(['/data']);
      const named = [
        ...valuesOf(service.command, 'users'),
        ...valuesOf(service.command, 'cluster-secret-file'),
      ];
      expect(named).toEqual(service.secrets.map((secret) => `/run/secrets/${secret}`));
      expect(Object.keys(secrets)).toEqual(service.secrets);
    }
  });

  it('publishes each port of this machine once', () => {
    const published = Object.values(services).flatMap(({ ports }) => ports.map((port) => port.split(':')[1]));
    expect(new Set(published).size).toBe(published.length);
  });

  const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;
  const missing = hasCompose ? undefined : 'docker has no compose';
  it.skipIf(missing !== undefined)(`is what docker compose config takes (skipped where ${missing})`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'rkv-compose-'));
    try {
      // Secrets are looked for beside the file.
      writeFileSync(join(folder, 'docker-compose.yml'), deploymentFile('docker-compose.yml'));
      mkdirSync(join(folder, 'secrets'));
      for (const secret of ['users.json', 'cluster-secret'])
        writeFileSync(join(folder, 'secrets', secret), '');
      const file = join(folder, 'docker-compose.yml');
      const { status, stderr } = spawnSync('docker', ['compose', '-f', file, 'config', '--quiet'], {
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('kubernetes.yaml', () => {
  const { services, statefulSet, disruptionBudget } = kubernetesManifest();
  const { template, serviceName, replicas, selector, volumeClaimTemplates } = statefulSet.spec;
  const [container] = template.spec.containers;

  it('gives a server longer to stop than it drains', () => {
    expect(template.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(2 * drainTimeoutMs);
  });

  it('selects its pods everywhere', () => {
    const selectors = [
      selector.matchLabels,
      disruptionBudget.spec.selector.matchLabels,
      ...services.map((service) => service.spec.selector),
      ...template.spec.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels),
    ];
    for (const labels of selectors) expect(template.metadata.labels).toMatchObject(labels);
  });

  it('has a headless service of the name that the set says, with addresses of nodes that are not ready', () => {
    const governing = services.find(({ metadata }) => metadata.name === serviceName);
    expect(governing?.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
  });

  it('leads services and probes to ports that the server has', () => {
    const ports = new Map(container.ports.map(({ name, containerPort }) => [name, String(containerPort)]));
    const [port, linkPort, metricsPort] = ['port', 'link-port', 'metrics-port'].map(
      (flag) => valuesOf(container.args, flag)[0],
    );
    expect(Object.fromEntries(ports)).toEqual({ clients: port, links: linkPort, metrics: metricsPort });
    for (const { spec } of services)
      for (const one of spec.ports) expect(ports.get(one.targetPort)).toBe(String(one.port));
    const { startupProbe, livenessProbe, readinessProbe } = container;
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual([
      { path: '/health/live', port: 'metrics' },
      { path: '/health/live', port: 'metrics' },
      { path: '/health/ready', port: 'metrics' },
    ]);
  });

  it('mounts what the flags name', () => {
    const mounts = container.volumeMounts.map(({ mountPath }) => mountPath);
    const volumes = [...template.spec.volumes, ...volumeClaimTemplates.map(({ metadata }) => metadata)];
    expect(container.volumeMounts.map(({ name }) => name).sort()).toEqual(
      volumes.map(({ name }) => name).sort(),
    );
    for (const flag of ['users', 'cluster-secret-file', 'data-dir']) {
      const [path] = valuesOf(container.args, flag);
      expect(mounts.some((mount) => path === mount || path!.startsWith(`${mount}/`))).toBe(true);
    }
  });

  it('lets one node be away at a time', () => {
    expect(disruptionBudget.spec.maxUnavailable).toBe(1);
    expect(replicas).toBe(3);
  });

  it('runs as the user of the image', () => {
    const { runAsUser, runAsGroup } = template.spec.securityContext;
    expect(dockerfile).toContain(`\nUSER ${runAsUser}:${runAsGroup}\n`);
  });
});

describe('the Dockerfile', () => {
  test('runs the Node.js that the package wants, as nobody special, from a second stage', () => {
    const [build, runtime, ...more] = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image!);
    expect([build, more]).toEqual([runtime, []]);
    const { engines } = JSON.parse(deploymentFile('../../package.json')) as { engines: { node: string } };
    expect(/^node:([0-9]+)-/.exec(runtime!)?.[1]).toBe(/^>=([0-9]+)\./.exec(engines.node)?.[1]);
    expect(/^USER ([0-9]+)/m.exec(dockerfile)?.[1]).not.toBe('0');
    expect(dockerfile).toMatch(/^STOPSIGNAL SIGTERM$/m);
  });

  test('copies what there is', () => {
    const copied = [...dockerfile.matchAll(/^COPY --from=build (.*)$/gm)].flatMap(([, words]) =>
      words!.split(' ').slice(0, -1),
    );
    const made = ['/rkv/node_modules', '/rkv/dist'];
    expect(copied).toEqual(expect.arrayContaining(made));
    for (const path of copied.filter((one) => !made.includes(one)))
      expect(() => deploymentFile(path.replace('/rkv/', '../../')), path).not.toThrow();
  });
});
