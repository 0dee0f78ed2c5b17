import { format } from 'node:util';
import type { Logger } from '../../log/logger.ts';

/**
 * The logger class that the driver's core wants, writing to ours: its default writes to stdout, which under the front-end
 * is the protocol. Everything goes to `debug` or below, since what matters is reported again where it is handled.
 */
export function sdkLogger(log: Logger): new () => object {
  const to =
    (level: 'debug' | 'trace') =>
    (message: unknown, ...rest: unknown[]) => {
      if (log.isLevelEnabled(level)) log[level]({ from: 'snowflake-sdk' }, format(message, ...rest));
    };
  return class {
    error = to('debug');
    warn = to('debug');
    info = to('trace');
    debug = to('trace');
    trace = to('trace');
    /** The driver's "easy logging" file would point it elsewhere; ours stays. */
    configure(): void {}
    getLevel(): number {
      return 0;
    }
    getLevelTag(): string {
      return 'ERROR';
    }
    getLogBuffer(): readonly string[] {
      return [];
    }
    getTransportLabels(): readonly string[] {
      return [];
    }
  };
}
