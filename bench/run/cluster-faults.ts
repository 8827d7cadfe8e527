// Faults on the bundled cluster: what each kind does to which server, and what takes it back.
import { type ChildProcess, spawn } from 'node:child_process';
import type { PlannedFault } from '../faults/index.js';
import type { BundledCluster } from './bundled-cluster.js';
import type { Undo } from './fault-runner.js';

/** Does a fault; resolves when it is done, with what takes it back. */
export async function performOnCluster(
  cluster: BundledCluster,
  fault: Exclude<PlannedFault, { kind: 'command' }>,
): Promise<Undo | undefined> {
  const { nodes } = fault;
  const forAll = async (action: (node: number) => Promise<unknown>): Promise<void> => {
    await Promise.all(nodes.map(action));
  };
  switch (fault.kind) {
    case 'kill':
      await forAll((node) => cluster.kill(node));
      return fault.durationMs === null ? undefined : () => forAll((node) => cluster.restart(node));
    case 'restart':
      await forAll((node) => cluster.restart(node));
      return undefined;
    case 'pause': {
      const guard = new PauseGuard(nodes.map((node) => cluster.pidOf(node)));
      await forAll((node) => cluster.signal(node, 'SIGSTOP'));
      return async () => {
        await forAll((node) => cluster.signal(node, 'SIGCONT'));
        guard.end();
      };
    }
    case 'join':
      await cluster.join();
      return undefined;
    case 'leave':
      for (const node of nodes) await cluster.leave(node);
      return undefined;
    case 'partition':
      return cluster.part(nodes);
  }
}

/**
 * A stopped server does not notice that its launcher is gone. This little process does, however the launcher ends, since
 * its standard input ends then, and lets the servers go on; those see that nobody is there and end.
 */
class PauseGuard {
  readonly #process: ChildProcess;

  constructor(pids: readonly number[]) {
    const script = `read _; kill -CONT ${pids.join(' ')}`;
    this.#process = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    this.#process.on('error', () => {});
    this.#process.stdin?.on('error', () => {});
  }

  /** The servers are going on already. */
  end(): void {
    this.#process.kill('SIGKILL');
  }
}
