/**
 * Rounds of: load a server, kill it at some moment, lose what its disk was not made to keep, start it again,
 * and look for everything that was acknowledged or read.
 */
import { join } from 'node:path';
import { KillableServer } from './killable-server.js';
import { LoopDisk } from './loop-disk.js';
import { RegisterLoad } from './register-load.js';

export interface PowerLossReport {
  durability: string;
  rounds: number;
  /** Writes that were acknowledged, in all rounds. */
  acknowledged: number;
  /** Of these, keys that had fallen behind when the power came back. */
  lostWrites: number;
  lostReads: number;
  /** Rounds in which something was lost. */
  roundsWithLoss: number;
}

/** Acknowledgements without which a round has shown nothing. */
const acknowledgedMin = 200;
const loadTimeoutMs = 60_000;

export async function losePower(
  durability: 'sync' | 'os',
  rounds: number,
  random: () => number,
): Promise<PowerLossReport> {
  const disk = new LoopDisk();
  const load = new RegisterLoad();
  const report = { durability, rounds, acknowledged: 0, lostWrites: 0, lostReads: 0, roundsWithLoss: 0 };
  let server: KillableServer | undefined;
  const begin = async () => {
    disk.mount();
    server = await KillableServer.start(join(disk.path, 'data'), durability);
    return server;
  };
  try {
    let running = await begin();
    for (let round = 0; round < rounds; round++) {
      await loadAndKill(running, load, 20 + random() * 400);
      disk.losePower();
      running = await begin();
      const { lostWrites, lostReads } = await load.verify(running.port);
      report.lostWrites += lostWrites;
      report.lostReads += lostReads;
      if (lostWrites + lostReads > 0) report.roundsWithLoss++;
    }
    return { ...report, acknowledged: load.acknowledged };
  } finally {
    await server?.kill();
    disk.remove();
  }
}

/** Kills the server so long after it has acknowledged enough for the round to count. */
async function loadAndKill(server: KillableServer, load: RegisterLoad, moreMs: number): Promise<void> {
  const enough = load.acknowledged + acknowledgedMin;
  const deadlineMs = performance.now() + loadTimeoutMs;
  let isOver = false;
  const running = load.run(server.port, () => isOver);
  try {
    while (load.acknowledged < enough) {
      if (performance.now() > deadlineMs)
        throw new Error(`no ${acknowledgedMin} acknowledgements within ${loadTimeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, moreMs));
  } finally {
    await server.kill();
    isOver = true;
    await running;
  }
}
