/**
 * What an operator can ask of any node, as `rkv admin VERB ...` and as the command `RKV.VERB ...`. With JSON as
 * its last argument, a command is answered with one JSON text instead of what people read.
 */

export interface AdminVerb {
  readonly name: string;
  /** Arguments behind the verb, as its usage shows them; those in brackets may be left out. */
  readonly usage: string;
  /** Arguments of the command, where it takes more than people write. */
  readonly commandUsage?: string;
  readonly describe: string;
}

export const adminVerbs = [
  {
    name: 'join',
    usage: 'HOST:PORT',
    commandUsage: 'HOST:PORT [AUTH] [USER] [PASSWORD]',
    describe: 'stage this node to join the cluster of the server there',
  },
  {
    name: 'leave',
    usage: '[NODE]',
    describe: 'stage a member, by default this node, to hand over and leave',
  },
  { name: 'replace', usage: 'NODE NEW', describe: 'stage a joining node to take over all of another' },
  { name: 'force-remove', usage: 'NODE', describe: 'stage to remove a member without handing over its data' },
  { name: 'force-replace', usage: 'NODE NEW', describe: 'stage a joining node to stand for a lost member' },
  { name: 'down', usage: 'NODE', describe: 'mark an unreachable member as down, so that others go on' },
  { name: 'plan', usage: '', describe: 'show what the staged changes will do' },
  { name: 'commit', usage: '', describe: 'do what the last plan showed, or nothing' },
  { name: 'clear', usage: '', describe: 'forget all staged changes' },
  { name: 'member-status', usage: '', describe: 'members, their shares of the ring and those to come' },
  { name: 'ring-status', usage: '', describe: 'the claimant, what is under way, who cannot be reached' },
  { name: 'ring', usage: '[LEGEND|TEXT]', describe: 'the owners of the ring as a picture' },
  { name: 'ringready', usage: '', describe: 'whether all members have seen the same ring' },
  { name: 'transfers', usage: '', describe: 'what is being handed over, and what waits to be' },
  {
    name: 'transfer-limit',
    usage: '[NODE] [LIMIT]',
    describe: 'show, or set for one or all members, how many transfers each way may run at once',
  },
  {
    name: 'repair',
    usage: '[PARTITION]',
    describe: 'make one or all partitions whole from what all others hold',
  },
  { name: 'verify', usage: '', describe: 'compare all replicas, heal what differs, and report' },
  { name: 'resize', usage: 'SIZE', describe: 'change the number of partitions: refused, with the reason' },
] as const satisfies readonly AdminVerb[];

export type AdminVerbName = (typeof adminVerbs)[number]['name'];

/** How many arguments a usage asks for, at least and at most. */
export function argumentCounts({
  usage,
  commandUsage = usage,
}: AdminVerb): readonly [least: number, most: number] {
  const words = commandUsage === '' ? [] : commandUsage.split(' ');
  return [words.filter((word) => !word.startsWith('[')).length, words.length];
}
