/** The daemon's log: JSON lines to a rotated file and to stderr. Any layer may import it. Never a secret, never SQL text above debug. */
import { type Logger as PinoLogger, pino } from 'pino';
import { createStream } from 'rotating-file-stream';
import { SnowpoolError } from '../errors.ts';
import { prepareStateFolder } from './state-folder.ts';

export type Logger = PinoLogger;

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Opens the log: `daemon.log` in the state folder (rotated at 10 MB, five kept, 0600) and stderr.
 * Throws SnowpoolError invalid_argument for a level that does not exist, and for a state folder of another user.
 */
export function openLog(options: {
  readonly stateDir: string;
  readonly level: string;
  readonly isStderrQuiet: boolean;
}): {
  readonly log: Logger;
  /** Writes out what is buffered and closes the file. */
  close(): Promise<void>;
} {
  if (!levels.includes(options.level)) {
    throw new SnowpoolError(
      'invalid_argument',
      `SNOWPOOL_LOG_LEVEL is '${options.level}': allowed is one of ${levels.join(', ')}.`,
    );
  }
  prepareStateFolder(options.stateDir);
  const file = rotatedFile(options.stateDir, 'daemon.log');
  const log = pino(
    { level: options.level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.multistream([
      { stream: file, level: 'trace' },
      ...(options.isStderrQuiet ? [] : [{ stream: process.stderr, level: 'trace' as const }]),
    ]),
  );
  return { log, close: () => new Promise((resolve) => file.end(() => resolve())) };
}

/** A file in the state folder that is rotated at 10 MB with five kept (DESIGN §9). */
export function rotatedFile(stateDir: string, name: string) {
  return createStream(name, { path: stateDir, size: '10M', maxFiles: 5, mode: 0o600 });
}
