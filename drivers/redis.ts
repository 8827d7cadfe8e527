// The redis driver: GET, SET and DEL on any server that speaks RESP.
// Semantics: a reply `+OK` to SET is a successful put; a null reply to GET is `missing`; an error reply is a
// definite failure with the error's first word as its code; a lost connection leaves what was in flight open.
import { defineDriver } from '../bench/driver.js';
import { readSettings } from './read-settings.js';
import { loginOf, loginSettings } from './resp/login.js';
import { secureOptionsOf } from './resp/secure-options.js';
import { openRespSession } from './resp/session.js';

export const redisDriver = defineDriver({
  name: 'redis',
  description: 'GET, SET and DEL on a Redis server, or any that speaks its protocol',
  operations: ['get', 'put', 'delete', 'get_own_puts'],
  defaultEndpoint: '127.0.0.1:6379',
  logsIn: true,
  async openTicketed(context) {
    const { endpoints, connections } = context.options;
    const settings = readSettings('redis', loginSettings, context.options);
    const secure = await secureOptionsOf(settings.tls);
    const login = await loginOf(settings, { password: 'REDISCLI_AUTH' });
    // Worker i goes to endpoint i modulo their number, as in basho_bench.
    if (connections === 'per-worker') {
      return openRespSession({
        context,
        login,
        secure,
        endpoints: Array.from(
          { length: context.workers },
          (_, ticket) => endpoints[ticket % endpoints.length]!,
        ),
        route: (ticket) => ticket,
        isIndefinite: () => false,
      });
    }
    return openRespSession({
      context,
      login,
      secure,
      endpoints,
      route: (ticket) => ticket % endpoints.length,
      isIndefinite: () => false,
    });
  },
});
