// The core workloads of YCSB (Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010), named after
// the applications that they imitate. Keys are named and chosen as YCSB does it. A record is one value of 1000 bytes,
// where YCSB has ten fields of 100; an update writes the whole of it, where YCSB writes one field.
import type { BenchConfigInput } from '../config/schema.js';

export interface NamedWorkload {
  name: string;
  about: string;
  config(records: number): BenchConfigInput;
}

type Operation = Exclude<NonNullable<BenchConfigInput['operations']>, Record<string, number>>[number];

const recordBytes = 1000;
/** A scan reads 1 to this many records, each number equally often. */
const scanLengthMax = 100;

const read: Operation = { name: 'read', operation: 'get', weight: 95 };
const update: Operation = { name: 'update', operation: 'put', weight: 5 };

const mixes: readonly { letter: string; about: string; operations(records: number): Operation[] }[] = [
  {
    letter: 'a',
    about: 'update heavy, a session store: 50 % reads, 50 % updates, zipfian',
    operations: () => [
      { ...read, weight: 50 },
      { ...update, weight: 50 },
    ],
  },
  {
    letter: 'b',
    about: 'read mostly, photo tagging: 95 % reads, 5 % updates, zipfian',
    operations: () => [read, update],
  },
  {
    letter: 'c',
    about: 'read only, a cache of profiles: 100 % reads, zipfian',
    operations: () => [{ ...read, weight: 100 }],
  },
  {
    letter: 'd',
    about: 'read latest, status updates: 95 % reads, 5 % inserts, the newest most',
    operations: (records) => [{ ...read, keyGenerator: named(['latest_int', records]) }, insert(records)],
  },
  {
    letter: 'e',
    about: 'short ranges, threaded conversations: 95 % scans of 1 to 100 records, 5 % inserts, zipfian',
    operations: (records) => [
      { name: 'scan', weight: 95, valueGenerator: ['uniform_int', scanLengthMax] },
      insert(records),
    ],
  },
  {
    letter: 'f',
    about: 'read-modify-write, a user database: 50 % reads, 50 % read-modify-writes, zipfian',
    operations: () => [
      { ...read, weight: 50 },
      { name: 'read_modify_write', weight: 50 },
    ],
  },
];

export const ycsbWorkloads: readonly NamedWorkload[] = mixes.map(({ letter, about, operations }) => ({
  name: `ycsb-${letter}`,
  about: `YCSB ${letter.toUpperCase()}, ${about}`,
  config: (records) => ({
    operations: operations(records),
    keyGenerator: named(['scrambled_zipfian_int', records]),
    valueGenerator: ['fixed_bin', recordBytes],
    preload: { keyGenerator: named(['partitioned_sequential_int', records]) },
  }),
}));

function insert(records: number): Operation {
  return { name: 'insert', operation: 'put', weight: 5, keyGenerator: named(['insert_sequence', records]) };
}

function named(numbers: readonly unknown[]): readonly unknown[] {
  return ['ycsb_key', numbers];
}
