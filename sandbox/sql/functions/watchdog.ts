import { createContext, Script } from 'node:vm';

/** How long a piece of work may take: everybody else waits meanwhile. */
const LONGEST_MS = 3000;

/** Runs work and says whether it came to its end within LONGEST_MS; what the work throws is thrown. */
export type Watchdog = (work: () => void) => boolean;

/**
 * A watchdog for work that may never end by itself, e.g. a regular expression on a text that it backtracks over. Only a
 * script that Node runs with a timeout can be ended from outside, so the work is handed to one.
 */
export function createWatchdog(): Watchdog {
  const slot = { work: (): void => undefined };
  const context = createContext(slot);
  const script = new Script('work()');
  return (work) => {
    slot.work = work;
    try {
      script.runInContext(context, { timeout: LONGEST_MS });
      return true;
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return false;
      throw error;
    } finally {
      slot.work = () => undefined;
    }
  };
}
