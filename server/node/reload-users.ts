/** Reads the users anew, and logs what came of it. */
import type { Environment } from './environment.js';

/** `changed` is called when there are others; `done` once, later, with a sentence if the old ones stay. */
export function reloadUsers(
  { access, log }: Pick<Environment, 'access' | 'log'>,
  changed: () => void,
  done: (mistake: string | undefined) => void,
): void {
  if (access?.reload === undefined) {
    done('this server has no users file: start it with --users FILE');
    return;
  }
  access.reload((mistake) => {
    if (mistake === undefined) {
      log({ level: 'info', event: 'users-reloaded', users: access.userNames().length });
      changed();
    } else log({ level: 'warn', event: 'users-not-reloaded', reason: mistake });
    done(mistake);
  });
}
