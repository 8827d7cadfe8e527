// What stands under `driverOptions`, checked; a mistake ends the run before it began, in one sentence.
import type { z } from 'zod';
import type { DriverOptions } from '../bench/driver.js';

export function readSettings<T extends z.ZodObject>(
  driver: string,
  schema: T,
  { settings }: DriverOptions,
): z.output<T> {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  const known = Object.keys(schema.shape).join(', ');
  throw new Error(`driverOptions of driver ${driver}: ${wrong.join('; ')}. It takes: ${known}`);
}
