/**
 * Cuts and slows what one node sends to another, inside the run's own network namespace. Every node has a group
 * id of its own, so that its packets are known by who sends them and by the link port they go to: a node sends
 * all that it has to say on connections that it opened itself, so a rule for one direction cuts just that one.
 */
import { execFileSync } from 'node:child_process';

/** A rule on what one node sends to another. */
export interface LinkRule {
  readonly fromGroup: number;
  readonly toLinkPort: number;
  /** Bytes per second that get through; 0 for none. */
  readonly bytesPerSecond: number;
}

const table = 'inet rkv_chaos';

export class ChaosLinks {
  readonly #rules = new Map<string, readonly LinkRule[]>();

  /** Makes the loopback of the namespace usable, and the table for the rules. */
  open(): void {
    execFileSync('ip', ['link', 'set', 'lo', 'up']);
    nft(`add table ${table}\nadd chain ${table} out { type filter hook output priority 0; }`);
  }

  /** Puts rules in force under a name; they add to those under other names. */
  set(name: string, rules: readonly LinkRule[]): void {
    this.#rules.set(name, rules);
    this.#apply();
  }

  clear(name: string): void {
    if (this.#rules.delete(name)) this.#apply();
  }

  #apply(): void {
    const lines = [...this.#rules.values()].flat().map(({ fromGroup, toLinkPort, bytesPerSecond }) => {
      const which = `meta skgid ${fromGroup} tcp dport ${toLinkPort}`;
      const limit = bytesPerSecond === 0 ? '' : ` limit rate over ${bytesPerSecond} bytes/second`;
      return `add rule ${table} out ${which}${limit} drop`;
    });
    nft([`flush chain ${table} out`, ...lines].join('\n'));
  }
}

function nft(commands: string): void {
  execFileSync('nft', ['-f', '-'], { input: commands, stdio: ['pipe', 'ignore', 'pipe'] });
}
