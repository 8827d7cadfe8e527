/**
 * `rkv console`: a prompt at any node, with history and completion; Ctrl-D leaves. Lines that are piped in are
 * run one after another, without a prompt; then the exit code is 3 if one of them went wrong.
 */
import { createInterface } from 'node:readline';
import type { CommandModule } from 'yargs';
import { RkvClient } from '../client/index.js';
import { type ConnectionArguments, connectionFlags, connectionOf } from './connection-flags.js';
import { consoleWords, runConsoleLine } from './console-session.js';

/** Longer than a quorum request may take at most. */
const answerTimeoutMs = 65_000;

export const consoleCommand: CommandModule<object, ConnectionArguments> = {
  command: 'console',
  describe: 'An interactive prompt: get, put, quorum commands, ring and membership; help lists them',
  builder: (yargs) =>
    yargs
      .options(connectionFlags)
      .example('$0 console --port 7002', 'then: put k1 v1')
      .example("printf 'plan\\ncommit\\n' | $0 console", 'lines from a pipe') as never,
  handler: runConsole,
};

async function runConsole(given: ConnectionArguments): Promise<void> {
  const { host, port } = given;
  const client = await RkvClient.connect({ ...(await connectionOf(given)), timeoutMs: answerTimeoutMs });
  const isTerminal = process.stdin.isTTY === true;
  const lines = createInterface({
    input: process.stdin,
    terminal: isTerminal,
    ...(isTerminal ? { output: process.stdout } : {}),
    prompt: `${host}:${port}> `,
    completer: (typed: string) => [consoleWords.filter((word) => word.startsWith(typed)), typed],
  });
  if (isTerminal) {
    process.stdout.write('Write help for the commands; Ctrl-D leaves.\n');
    lines.prompt();
  }
  try {
    for await (const text of lines) {
      const answer = await runConsoleLine(client, text);
      if (answer === undefined) break;
      if (answer.text !== '') (answer.isOk ? process.stdout : process.stderr).write(`${answer.text}\n`);
      if (!answer.isOk && !isTerminal) process.exitCode = 3;
      if (client.isClosed) {
        process.exitCode = 3;
        break;
      }
      if (isTerminal) lines.prompt();
    }
    // Behind the prompt that Ctrl-D was typed at.
    if (isTerminal) process.stdout.write('\n');
  } finally {
    lines.close();
    client.close();
  }
}
