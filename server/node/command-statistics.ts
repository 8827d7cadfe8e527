/** How often each command was run, and how often it was refused for its count of arguments: for INFO. */
import { commandSpecs } from './command-specs.js';

export class CommandStatistics {
  /** By command number. */
  readonly calls = new Float64Array(commandSpecs.length);
  readonly rejected = new Float64Array(commandSpecs.length);

  /** Lines of INFO, of the commands that were asked for. */
  lines(): [name: string, value: string][] {
    return commandSpecs.flatMap(({ name }, number): [string, string][] => {
      const [calls, rejected] = [this.calls[number]!, this.rejected[number]!];
      return calls + rejected === 0 ? [] : [[`cmdstat_${name}`, `calls=${calls},rejected_calls=${rejected}`]];
    });
  }

  reset(): void {
    this.calls.fill(0);
    this.rejected.fill(0);
  }
}
