/** `rkv password`: asks for a password without showing it, and prints the line that a users file has for it. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { CommandModule } from 'yargs';
import { hashPassword } from '../edge/password-hash.js';
import { ServerError } from '../server-error.js';

export const passwordCommand: CommandModule = {
  command: 'password',
  describe: 'Make the hash of a password, for the file of rkv server --users',
  builder: (yargs) =>
    yargs
      .example('$0 password', 'asks for it, and shows nothing of what is typed')
      .example('printf \'%s\' "$SECRET" | $0 password', 'from a program'),
  handler: async () => {
    const password = process.stdin.isTTY ? await askTwice() : await readInput();
    if (password === '') throw mistake('The password is empty: type one, or write one to standard input.');
    process.stdout.write(`${await hashPassword(Buffer.from(password))}\n`);
  },
};

async function askTwice(): Promise<string> {
  const password = await ask('Password: ');
  if ((await ask('Again: ')) !== password) throw mistake('The two are not the same: try again.');
  return password;
}

/** Standard output is for the hash alone, so the question goes to standard error, and the answer nowhere. */
async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    const interrupted = once(terminal, 'SIGINT').then(() => process.exit(130));
    return await Promise.race([terminal.question(''), interrupted]);
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}

/** All of it but one line end. */
async function readInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text.replace(/\r?\n$/, '');
}

function mistake(message: string): ServerError {
  return new ServerError('bad-users', message, { definite: true });
}
