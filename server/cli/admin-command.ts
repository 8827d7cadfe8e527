/**
 * `rkv admin VERB ...`: the operator's commands, at any node. Prints what the node answers, or with --json one
 * line of JSON with `ok`, the data and the text.
 *
 * Exit codes: 0 done, 3 refused, or no server.
 */
import type { Argv, CommandModule } from 'yargs';
import { RkvClient } from '../client/index.js';
import { type AdminVerb, adminVerbs } from '../node/index.js';
import { type ConnectionArguments, connectionFlags, connectionOf } from './connection-flags.js';

interface AdminArguments extends ConnectionArguments {
  json: boolean;
}

export const adminCommand: CommandModule<object, AdminArguments> = {
  command: 'admin',
  describe: 'Change and watch the cluster: join, leave, plan, commit, member-status, ring ...',
  builder: (yargs) => {
    const flagged = yargs.options({
      ...connectionFlags,
      json: { type: 'boolean', default: false, describe: 'print one line of JSON' },
    });
    for (const verb of adminVerbs) addVerb(flagged, verb);
    return flagged
      .demandCommand(1, 'Which one? See rkv admin --help.')
      .example(
        '$0 admin --port 7002 join 127.0.0.1:7001',
        'stage the node on port 7002 to join the first one',
      )
      .example('$0 admin plan', 'see what that will do; then: rkv admin commit')
      .example('$0 admin ring --legend', 'who owns what') as never;
  },
  handler: () => {},
};

function addVerb(yargs: Argv, verb: AdminVerb): void {
  // Which of several words may be written is the node's to check.
  const places = verb.usage.split(' ').filter((word) => word !== '' && !word.includes('|'));
  const names = places.map((word) => nameOf(word));
  const shown = places.map((word) => (word.startsWith('[') ? `[${nameOf(word)}]` : `<${nameOf(word)}>`));
  yargs.command({
    command: [verb.name, ...shown].join(' '),
    describe: verb.describe,
    builder: (of: Argv) =>
      verb.name === 'ring'
        ? of.option('legend', { type: 'boolean', default: false, describe: 'say whose letters these are' })
        : of,
    handler: (args: object) => {
      const given = args as AdminArguments & Record<string, unknown>;
      const words = names.flatMap((name) => (given[name] === undefined ? [] : [String(given[name])]));
      if (verb.name === 'ring') words.push(given.legend === true ? 'LEGEND' : 'TEXT');
      return administer(given, verb.name, words);
    },
  });
}

function nameOf(word: string): string {
  return word === 'HOST:PORT' ? 'address' : word.replace(/[[\]]/g, '').toLowerCase();
}

/** Longer than a node waits for another (`adminReachMs` and `adminTimeoutMs`): the node says what is wrong. */
const answerTimeoutMs = 20_000;

async function administer(
  { json, ...connection }: AdminArguments,
  verb: string,
  words: readonly string[],
): Promise<void> {
  const client = await RkvClient.connect({ ...(await connectionOf(connection)), timeoutMs: answerTimeoutMs });
  try {
    const answer = await client.administer(verb, ...words);
    if (json) process.stdout.write(`${answer.json}\n`);
    else (answer.isOk ? process.stdout : process.stderr).write(`${answer.text}\n`);
    if (!answer.isOk) process.exitCode = 3;
  } finally {
    client.close();
  }
}
