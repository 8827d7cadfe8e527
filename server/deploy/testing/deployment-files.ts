/** The files of this folder as data, and the servers that they start: what the tests of them begin with. */
import { readFileSync } from 'node:fs';
import { parse, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { composeSchema } from './compose-file.js';
import {
  disruptionBudgetSchema,
  manifestSchema,
  type serviceSchema,
  statefulSetSchema,
} from './kubernetes-manifest.js';

/** One server that a file starts: the host at which others find it, and what follows `rkv`. */
export interface DeployedServer {
  readonly host: string;
  readonly args: readonly string[];
}

export function deploymentFile(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

/** Throws a ZodError on what the Compose file must not say. */
export function composeFile(): z.infer<typeof composeSchema> {
  return composeSchema.parse(parse(deploymentFile('docker-compose.yml'), { merge: true }));
}

export function composeServers(): DeployedServer[] {
  return Object.values(composeFile().services).map(({ hostname, command }) => ({
    host: hostname,
    args: command,
  }));
}

export interface Manifest {
  readonly services: readonly z.infer<typeof serviceSchema>[];
  readonly statefulSet: z.infer<typeof statefulSetSchema>;
  readonly disruptionBudget: z.infer<typeof disruptionBudgetSchema>;
}

/** Throws a ZodError on what the manifest must not say. */
export function kubernetesManifest(): Manifest {
  const documents = parseAllDocuments(deploymentFile('kubernetes.yaml'));
  const objects = manifestSchema.parse(
    documents.map((document) => document.toJS()).filter((object) => object !== null),
  );
  return {
    services: objects.filter((object) => object.kind === 'Service'),
    statefulSet: statefulSetSchema.parse(objects.find(({ kind }) => kind === 'StatefulSet')),
    disruptionBudget: disruptionBudgetSchema.parse(
      objects.find(({ kind }) => kind === 'PodDisruptionBudget'),
    ),
  };
}

/** With the name of each pod in place of $(POD_NAME), as Kubernetes does it. */
export function kubernetesServers(): DeployedServer[] {
  const { metadata, spec } = kubernetesManifest().statefulSet;
  const [container] = spec.template.spec.containers;
  return Array.from({ length: spec.replicas }, (_, ordinal) => {
    const pod = `${metadata.name}-${ordinal}`;
    return {
      host: `${pod}.${spec.serviceName}`,
      args: container.args.map((arg) => arg.replaceAll('$(POD_NAME)', pod)),
    };
  });
}

/** The value of `--flag=value`, or what each of several has. */
export function valuesOf(args: readonly string[], flag: string): string[] {
  return args.filter((arg) => arg.startsWith(`--${flag}=`)).map((arg) => arg.slice(flag.length + 3));
}
