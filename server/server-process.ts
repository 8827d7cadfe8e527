/**
 * The entry of a forked server process. It lives as long as its launcher does: when the IPC channel closes,
 * however the launcher ended, the process ends. It ignores SIGINT, which a terminal sends to the whole group:
 * whether to stop is the launcher's to decide.
 */
import { readClusterSecret } from './edge/cluster-secret.js';
import {
  launcherMessageSchema,
  type ProcessOptions,
  processOptionsSchema,
  type ServerMessage,
} from './edge/server-messages.js';
import { type RunningServer, startServer } from './start-server.js';

async function main(options: ProcessOptions): Promise<void> {
  const server = await startServer({ ...options, clusterSecret: await readClusterSecret(undefined) });
  delete process.env.RKV_CLUSTER_SECRET;
  const stop = () => {
    server.stop().then(() => process.exit(0), fail);
  };
  server.failed.then(fail);
  process.on('disconnect', stop);
  process.on('SIGTERM', stop);
  process.on('message', (message) => {
    const told = launcherMessageSchema.parse(message);
    if (told.kind === 'stop') stop();
    else begin(server, told).catch(fail);
  });
  // The channel may have closed before we listened for its end.
  if (!process.connected) stop();
  tell({ kind: 'listening', clientPort: server.clientPort, linkPort: server.linkPort });
}

async function begin(
  server: RunningServer,
  told: Parameters<RunningServer['begin']>[0] & { readyTimeoutMs: number },
): Promise<void> {
  await server.begin(told);
  await server.ready(told.readyTimeoutMs);
  tell({ kind: 'ready' });
}

function tell(message: ServerMessage): void {
  if (process.connected) process.send?.(message);
}

/** Tells the launcher, in one sentence, and ends. */
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (!process.connected) process.exit(3);
  process.send?.({ kind: 'failed', message } satisfies ServerMessage, () => process.exit(3));
}

process.on('SIGINT', () => {});
if (process.send === undefined) {
  process.stderr.write('rkv: this file is started by rkv cluster; use rkv server to start one server.\n');
  process.exit(3);
}
main(processOptionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))).catch(fail);
