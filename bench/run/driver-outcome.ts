// What a driver of the plain contract has returned, which may be anything: whether it is an outcome, and the failure
// that it counts as when it is none.
import type { Outcome } from '../driver.js';

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}

export function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== 'object' || value === null) return false;
  const outcome = value as {
    kind?: unknown;
    code?: unknown;
    units?: unknown;
    value?: unknown;
    elapsedUs?: unknown;
  };
  switch (outcome.kind) {
    case 'ok':
      return (
        isAmount(outcome.units) &&
        isAmount(outcome.elapsedUs) &&
        (outcome.value === undefined || Buffer.isBuffer(outcome.value))
      );
    case 'missing':
    case 'silent':
    case 'stop':
      return true;
    case 'failed':
      return typeof outcome.code === 'string' && outcome.code !== '';
    default:
      return false;
  }
}

/** Absent, or a number that something can amount to. */
function isAmount(value: unknown): boolean {
  return value === undefined || (Number.isFinite(value) && (value as number) >= 0);
}

export function kindOf(returned: unknown): Outcome['kind'] | undefined {
  return isOutcome(returned) ? returned.kind : undefined;
}

export function driverBug(returned: unknown): Outcome {
  const message = `the driver returned ${JSON.stringify(returned) ?? String(returned)}, which is no outcome`;
  return { kind: 'failed', code: 'driver_bug', definite: false, message };
}

export function crash(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', code: 'crash', definite: false, message };
}
