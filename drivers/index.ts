// The drivers that come with rkv, by name. Each is imported only when it is asked for.
import type { Driver } from '../bench/driver.js';

const builtIn: Readonly<Record<string, () => Promise<Driver>>> = {
  rkv: async () => (await import('./rkv.js')).rkvDriver,
  redis: async () => (await import('./redis.js')).redisDriver,
  memcached: async () => (await import('./memcached.js')).memcachedDriver,
  etcd: async () => (await import('./etcd.js')).etcdDriver,
  postgres: async () => (await import('./postgres.js')).postgresDriver,
  http: async () => (await import('./http.js')).httpDriver,
  memory: async () => (await import('./memory.js')).memoryDriver,
  null: async () => (await import('./null.js')).nullDriver,
  template: async () => (await import('./template.js')).default,
};

export const builtInDriverNames: readonly string[] = Object.keys(builtIn);

/** The driver of that name, or undefined when rkv brings none. */
export async function builtInDriver(name: string): Promise<Driver | undefined> {
  return Object.hasOwn(builtIn, name) ? builtIn[name]?.() : undefined;
}
