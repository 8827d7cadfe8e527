/** The clients' protocol, RESP2 and RESP3: reading commands, writing replies. Pure; no command has a meaning here. */
export {
  type CommandLimits,
  CommandReader,
  commandLimitsDefault,
  readCommand,
  readError,
  readNothing,
} from './command-reader.js';
export { ReplyWriter } from './reply-writer.js';
export { unknownWord, WordTable } from './word-table.js';
