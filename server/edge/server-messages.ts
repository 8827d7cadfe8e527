/** What a launcher and the server processes that it forked say to each other over IPC; parsed on both sides. */
import { z } from 'zod';
import { consistencies } from '../request/index.js';

const member = z.strictObject({
  name: z.string(),
  host: z.string(),
  clientPort: z.int(),
  linkPort: z.int(),
});

/** How a server process begins: its only argument, as JSON. */
export const processOptionsSchema = z.strictObject({
  name: z.string(),
  host: z.string(),
  clientPort: z.int(),
  linkPort: z.int(),
  data: z
    .strictObject({
      directory: z.string(),
      durability: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('sync') }),
        z.strictObject({ kind: z.literal('batch'), windowMs: z.number() }),
        z.strictObject({ kind: z.literal('os') }),
      ]),
    })
    .optional(),
});
export type ProcessOptions = z.infer<typeof processOptionsSchema>;

/** From the launcher: all ports are known, begin; or stop. */
export const launcherMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('members'),
    clusterId: z.string(),
    ringSize: z.int().optional(),
    quorum: z.strictObject({ n: z.int(), r: z.int(), w: z.int() }),
    consistency: z.enum(consistencies),
    members: z.array(member),
    readyTimeoutMs: z.number(),
  }),
  z.strictObject({ kind: z.literal('stop') }),
]);
export type LauncherMessage = z.infer<typeof launcherMessageSchema>;

/** From a server: its ports are bound; all its links are up; or it cannot go on. */
export const serverMessageSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('listening'), clientPort: z.int(), linkPort: z.int() }),
  z.strictObject({ kind: z.literal('ready') }),
  z.strictObject({ kind: z.literal('failed'), message: z.string() }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
