/** The server's verbs of the command line, as yargs commands for whoever assembles it. */
export { adminCommand } from './admin-command.js';
export { clusterCommand } from './cluster-command.js';
export { consoleCommand } from './console-command.js';
export { deleteCommand, getCommand, pingCommand, putCommand } from './key-commands.js';
export { passwordCommand } from './password-command.js';
export { serverCommand } from './server-command.js';
