/**
 * Joining and leaving of the servers of a local cluster, as an operator does it: stage, plan, commit, and wait until
 * nothing is left to hand over. What it asks, it asks the members themselves.
 */
import { z } from 'zod';
import { RkvClient } from './client/index.js';
import { ServerError } from './server-error.js';
import type { ServerMember } from './start-server.js';

const pollMs = 25;
/** A cluster that has not settled by then has not within any time that a person waits. */
const settleTimeoutMs = 120_000;
/** The claimant may just be changing, or still bring another change to its end: then it is asked again. */
const commitTimeoutMs = 30_000;

const statusSchema = z.looseObject({
  members: z.array(z.looseObject({ name: z.string(), status: z.string(), pending: z.number().nullable() })),
});
const transfersSchema = z.looseObject({
  nodes: z.array(z.looseObject({ transfers: z.array(z.unknown()) })),
});

/** `member` runs alone and becomes a member of the cluster of the others. */
export async function joinLocally(member: ServerMember, others: readonly ServerMember[]): Promise<void> {
  const [first] = others;
  if (first === undefined) throw refusal('There is no server that could be joined.');
  await asking(member, (client) => ordered(client, 'join', `${first.host}:${first.clientPort}`));
  await asking(first, (client) => commitStaged(client));
  const all = [...others, member];
  await untilSettled(all, (status) => status.get(member.name) === 'valid');
}

/** `end` is called as soon as the member has handed over all that it had. */
export async function leaveLocally(
  member: ServerMember,
  others: readonly ServerMember[],
  end: () => Promise<void>,
): Promise<void> {
  const [first] = others;
  if (first === undefined) throw refusal(`${member.name} is the last server and cannot leave.`);
  await asking(first, async (client) => {
    await ordered(client, 'leave', member.name);
    await commitStaged(client);
    // As long as it is a member it serves by the cluster's ring; after that it would by one of its own.
    await until(`${member.name} has handed over what it had`, settleTimeoutMs, async () => {
      const status = (await statusOf(client)).get(member.name);
      return status === undefined || status === 'exiting' || status === 'invalid';
    });
  });
  await end();
  await untilSettled(others, (status) => !status.has(member.name));
}

async function commitStaged(client: RkvClient): Promise<void> {
  let why = '';
  await until('the change is committed', commitTimeoutMs, async () => {
    const planned = await client.administer('plan');
    const answer = planned.isOk ? await client.administer('commit') : planned;
    why = answer.text;
    return answer.isOk;
  }).catch((error: unknown) => {
    throw why === '' ? error : refusal(`The change was not committed: ${why}`);
  });
}

async function ordered(client: RkvClient, verb: string, word: string): Promise<void> {
  const { isOk, text } = await client.administer(verb, word);
  if (!isOk) throw refusal(`${verb} ${word} was refused: ${text}`);
}

async function untilSettled(
  members: readonly ServerMember[],
  isSo: (status: ReadonlyMap<string, string>) => boolean,
): Promise<void> {
  for (const member of members)
    await asking(member, (client) =>
      until(`${member.name} has settled`, settleTimeoutMs, async () => {
        const { data } = await client.administer('member-status');
        const told = statusSchema.parse(data).members;
        const isQuiet = told.every(({ pending, status }) => pending === null && isAtRest(status));
        if (!isQuiet || !isSo(new Map(told.map(({ name, status }) => [name, status])))) return false;
        const { nodes } = transfersSchema.parse((await client.administer('transfers')).data);
        return nodes.every(({ transfers }) => transfers.length === 0);
      }),
    );
}

/** A member that is down stays so until it is back; nothing moves for it. */
function isAtRest(status: string): boolean {
  return status === 'valid' || status === 'down';
}

async function statusOf(client: RkvClient): Promise<Map<string, string>> {
  const { data } = await client.administer('member-status');
  return new Map(statusSchema.parse(data).members.map(({ name, status }) => [name, status]));
}

async function asking<T>(
  { host, clientPort }: ServerMember,
  use: (client: RkvClient) => Promise<T>,
): Promise<T> {
  const client = await RkvClient.connect({ host, port: clientPort });
  try {
    return await use(client);
  } finally {
    client.close();
  }
}

async function until(what: string, timeoutMs: number, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await isSo())) {
    if (performance.now() > endMs)
      throw new ServerError('timeout', `Waited ${timeoutMs} ms in vain: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function refusal(message: string): ServerError {
  return new ServerError('refused', message, { definite: true });
}
