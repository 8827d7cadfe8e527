// What every driver must do, as a suite of tests: `driverConformance('redis', redisDriver, ...)`.
// It drives the session alone, without a load loop, so that each answer can be looked at.
import { expect, test } from 'vitest';
import {
  type Driver,
  type DriverOptions,
  type Outcome,
  type TicketedContext,
  ticketFailed,
  ticketMissing,
  ticketOk,
} from '../bench/driver.js';

export interface ConformanceOptions {
  /** Where the store listens; called once per test. */
  endpoints?: () => DriverOptions['endpoints'];
  /** A reason to skip, for example a store that is not installed. */
  skip?: string | undefined;
}

/** One operation on one key; the value is what a put stores. */
type Run = (operation: string, key: number, value?: Buffer) => Promise<Outcome>;

export function driverConformance(name: string, driver: Driver, options: ConformanceOptions = {}): void {
  const check = (title: string, body: (run: Run) => Promise<void>): void => {
    const reason = options.skip === undefined ? '' : ` (skipped: ${options.skip})`;
    test.skipIf(options.skip !== undefined)(`${name} ${title}${reason}`, async () => {
      const { run, close } = await openDriver(driver, options.endpoints?.() ?? []);
      try {
        await body(run);
      } finally {
        await close();
      }
    });
  };

  check('finds no value under a key that was never put', async (run) => {
    expect(await run('get', 900_001)).toMatchObject({ kind: 'missing' });
  });

  check('finds what was put, under that key and no other', async (run) => {
    expect(await run('put', 900_002, Buffer.from('one'))).toMatchObject({ kind: 'ok' });
    expect(await run('get', 900_002)).toMatchObject({ kind: 'ok' });
    expect(await run('get', 900_003)).toMatchObject({ kind: 'missing' });
  });

  check('stores empty, binary and large values', async (run) => {
    for (const value of [Buffer.alloc(0), Buffer.from([0, 13, 10, 36, 255]), Buffer.alloc(300_000, 7)]) {
      expect(await run('put', 900_004, value)).toMatchObject({ kind: 'ok' });
      expect(await run('get', 900_004)).toMatchObject({ kind: 'ok' });
    }
  });

  if (driver.handsOverReads !== false) {
    check('says what it has read, byte for byte', async (run) => {
      for (const value of [Buffer.from([1, 0, 13, 10, 255]), Buffer.alloc(70_000, 9)]) {
        await run('put', 900_006, value);
        const outcome = await run('get', 900_006);
        expect(outcome).toMatchObject({ kind: 'ok' });
        if (outcome.kind === 'ok') expect(outcome.value?.equals(value)).toBe(true);
      }
    });
  }

  if (driver.operations?.includes('delete')) {
    check('finds nothing after a delete, which may be repeated', async (run) => {
      await run('put', 900_005, Buffer.from('x'));
      expect(await run('delete', 900_005)).toMatchObject({ kind: 'ok' });
      expect(await run('get', 900_005)).toMatchObject({ kind: 'missing' });
      expect(await run('delete', 900_005)).toMatchObject({ kind: 'ok' });
    });
  }
}

interface OpenDriver {
  run: Run;
  close(): Promise<void>;
}

/** Opens a driver for one worker, as a load thread does. */
export async function openDriver(
  driver: Driver,
  endpoints: DriverOptions['endpoints'],
  settings: DriverOptions['settings'] = {},
): Promise<OpenDriver> {
  const options: DriverOptions = {
    endpoints,
    connections: 'shared',
    timeoutMs: 5000,
    concurrentWorkers: 1,
    settings,
  };
  if (driver.openTicketed !== undefined) return openTicketed(driver, options);
  const own: number[] = [];
  const ownPuts = { add: (key: number) => void own.push(key), pick: () => own[0] };
  const session = await driver.open!(1, { ...options, ownPuts });
  return {
    run: async (operation, key, value = Buffer.alloc(0)) =>
      session.run(
        operation,
        () => key,
        () => value,
      ),
    close: async () => session.close?.(),
  };
}

async function openTicketed(driver: Driver, options: DriverOptions): Promise<OpenDriver> {
  const names = ['get', 'put', 'delete'] as const;
  const failures: { code: string; definite: boolean; message: string }[] = [];
  const slots = () => ({ buffers: [Buffer.alloc(0)], start: new Int32Array(1), end: new Int32Array(1) });
  let settle: (outcome: Outcome) => void = () => {};
  let seen: Buffer | undefined;
  const context: TicketedContext = {
    options,
    workers: 1,
    operations: names.map((name) => ({ name, kind: name })),
    keys: slots(),
    values: slots(),
    keyIntegers: new Float64Array(1),
    failure: (code, definite, message) => ticketFailed + failures.push({ code, definite, message }) - 1,
    observe: (_ticket, source, start, end) => {
      seen = Buffer.from(source.subarray(start, end));
    },
    arrived: () => {},
    settled: () => {},
    complete: (_ticket, result) => {
      if (result === ticketOk) settle(seen === undefined ? { kind: 'ok' } : { kind: 'ok', value: seen });
      else if (result === ticketMissing) settle({ kind: 'missing' });
      else settle({ kind: 'failed', ...failures[result - ticketFailed]! });
    },
  };
  const session = await driver.openTicketed!(context);
  return {
    run: (operation, key, value = Buffer.alloc(0)) =>
      new Promise((resolve) => {
        settle = resolve;
        seen = undefined;
        fill(context.keys, Buffer.from(String(key)));
        fill(context.values, value);
        context.keyIntegers[0] = key;
        session.submit(0, names.indexOf(operation as (typeof names)[number]));
        session.flush();
      }),
    close: () => session.close(),
  };
}

function fill(slots: TicketedContext['keys'], bytes: Buffer): void {
  slots.buffers[0] = bytes;
  slots.end[0] = bytes.length;
}
