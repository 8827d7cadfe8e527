/** Settings of `rkv server` as a configuration file that has the same effect, for people and for --config. */
import { stringify } from 'yaml';
import type { ServerSettings } from './server-flags.js';

/**
 * YAML. Settings name the files of secrets, never what is in them; of those that come from the environment it says
 * only that they are there.
 */
export function settingsText(
  { limit, ...settings }: ServerSettings,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const isSet = (name: string) => (environment[name] ?? '') !== '';
  const remarks = [
    ...(settings.users === undefined && isSet('RKV_PASSWORD')
      ? ['# The password of the user default is that of RKV_PASSWORD.\n']
      : []),
    ...(settings.clusterSecretFile === undefined && isSet('RKV_CLUSTER_SECRET')
      ? ['# The cluster secret is that of RKV_CLUSTER_SECRET.\n']
      : []),
  ];
  const limits = Object.fromEntries(
    limit.map((one) => one.split('=') as [string, string]).map(([name, number]) => [name, Number(number)]),
  );
  const said = Object.entries({ ...settings, limit: limits }).filter(([, value]) => value !== undefined);
  return [...remarks, stringify(Object.fromEntries(said))].join('');
}
