// Loads a module that a user wrote, TypeScript or JavaScript, as it is.
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from './configuration-error.js';

export const moduleExtensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.cjs'];

/**
 * The default export of the module at the absolute `path`, or the one of that name; undefined when it has none.
 * ConfigurationError when the module cannot be loaded.
 */
export async function importUserModule(path: string, role: string, name = 'default'): Promise<unknown> {
  const url = pathToFileURL(path).href;
  let loaded: Record<string, unknown>;
  try {
    if (extname(path).endsWith('ts')) {
      const { tsImport } = await import('tsx/esm/api');
      loaded = await tsImport(url, import.meta.url);
    } else {
      loaded = await import(url);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([{ path: role, message: `${path} cannot be loaded: ${reason}` }]);
  }
  // A CommonJS module that was compiled from `export default` carries it one level down.
  const exported = loaded.default;
  if (name !== 'default') return loaded[name] ?? (exported as Record<string, unknown> | undefined)?.[name];
  if (typeof exported === 'object' && exported !== null && 'default' in exported) return exported.default;
  return exported;
}
