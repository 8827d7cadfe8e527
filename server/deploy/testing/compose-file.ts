/**
 * What docker-compose.yml may say: of the Compose specification the keys that are used here, and no others. It stands
 * in for `docker compose config` where there is no docker.
 */
import { z } from 'zod';

const mapping = z.string().regex(/^127\.0\.0\.1:[0-9]+:[0-9]+$/, 'a port is published on loopback alone');

const service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }),
  init: z.boolean(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  stop_grace_period: z.string().regex(/^[0-9]+s$/),
  secrets: z.array(z.string()),
  hostname: z.string(),
  command: z.array(z.string()),
  ports: z.array(mapping),
  volumes: z.array(z.string().regex(/^[a-z0-9-]+:\/[a-z/]+$/)),
});

export const composeSchema = z.strictObject({
  name: z.string(),
  'x-node': z.unknown(),
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
});
