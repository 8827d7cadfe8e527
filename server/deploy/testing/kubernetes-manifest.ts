/**
 * What kubernetes.yaml may say: of Kubernetes' own objects (API of 1.25 and later: v1, apps/v1, policy/v1) the fields
 * that are used here, with their types, and no others, so that a field in the wrong place or misspelt is found. It is
 * no replacement for a server's own validation.
 */
import { z } from 'zod';

const labels = z.record(z.string(), z.string());
const metadata = z.strictObject({ name: z.string().regex(/^[a-z0-9-]+$/), labels: labels.optional() });
const selector = z.strictObject({ matchLabels: labels });
const port = z.int().min(1).max(65_535);
/** As Kubernetes writes amounts of memory and storage. */
const bytes = z.string().regex(/^[1-9][0-9]*(Ki|Mi|Gi|Ti)$/);
const seconds = z.int().min(1);

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: z.string() }),
  periodSeconds: seconds.optional(),
  timeoutSeconds: seconds.optional(),
  failureThreshold: z.int().min(1).optional(),
});

const container = z.strictObject({
  name: z.string(),
  image: z.string(),
  imagePullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']),
  args: z.array(z.string()),
  env: z.array(
    z.strictObject({
      name: z.string(),
      valueFrom: z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.literal('metadata.name') }) }),
    }),
  ),
  ports: z.array(z.strictObject({ name: z.string().max(15), containerPort: port })),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string().regex(/^[0-9]+m?$/), memory: bytes }),
    limits: z.strictObject({ memory: bytes }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.strictObject({ drop: z.array(z.string()) }),
  }),
  volumeMounts: z.array(
    z.strictObject({
      name: z.string(),
      mountPath: z.string().startsWith('/'),
      readOnly: z.boolean().optional(),
    }),
  ),
});

export const serviceSchema = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    clusterIP: z.literal('None').optional(),
    publishNotReadyAddresses: z.boolean().optional(),
    selector: labels,
    ports: z.array(z.strictObject({ name: z.string(), port, targetPort: z.string() })),
  }),
});

export const disruptionBudgetSchema = z.strictObject({
  apiVersion: z.literal('policy/v1'),
  kind: z.literal('PodDisruptionBudget'),
  metadata,
  spec: z.strictObject({ maxUnavailable: z.int().min(0), selector }),
});

export const statefulSetSchema = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.strictObject({
    serviceName: z.string(),
    replicas: z.int().min(1),
    podManagementPolicy: z.enum(['OrderedReady', 'Parallel']),
    selector,
    template: z.strictObject({
      metadata: z.strictObject({ labels }),
      spec: z.strictObject({
        terminationGracePeriodSeconds: seconds,
        automountServiceAccountToken: z.boolean(),
        securityContext: z.strictObject({
          runAsNonRoot: z.literal(true),
          runAsUser: z.int().min(1),
          runAsGroup: z.int().min(1),
          fsGroup: z.int().min(1),
          seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
        }),
        topologySpreadConstraints: z.array(
          z.strictObject({
            maxSkew: z.int().min(1),
            topologyKey: z.string(),
            whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']),
            labelSelector: selector,
          }),
        ),
        containers: z.tuple([container]),
        volumes: z.array(
          z.strictObject({
            name: z.string(),
            // A mode is a decimal number: 0440 is 440 to one reader of YAML, and 288 to another.
            secret: z.strictObject({ secretName: z.string(), defaultMode: z.int().max(0o777) }),
          }),
        ),
      }),
    }),
    volumeClaimTemplates: z.array(
      z.strictObject({
        metadata,
        spec: z.strictObject({
          accessModes: z.array(z.enum(['ReadWriteOnce', 'ReadWriteOncePod'])),
          resources: z.strictObject({ requests: z.strictObject({ storage: bytes }) }),
        }),
      }),
    ),
  }),
});

export const manifestSchema = z.array(
  z.discriminatedUnion('kind', [serviceSchema, disruptionBudgetSchema, statefulSetSchema]),
);
