/**
 * `snowpool daemon`: reads its settings, starts the daemon, ends it on a signal. Exit codes: 0 ended as asked or another
 * daemon is already there, 1 a fault, 2 bad arguments or settings.
 */

import { setFlagsFromString } from 'node:v8';
import { AlreadyRunning } from './api/socket.ts';
import { startDaemon } from './daemon.ts';
import { readDaemonSettings } from './daemon-settings.ts';
import { SnowpoolError } from './errors.ts';

// Rows pass through for a moment each. By itself V8 lets what they leave behind grow to a multiple of what is in use
// before it collects; with this, to a fifth more (scripts/bench/stream-memory.ts).
// V8 complains on stderr of a flag that it does not know: it is there in Node 20 to 26.
if (Number.parseInt(process.versions.v8, 10) <= 14) setFlagsFromString('--heap-growing-percent=20');

async function main(): Promise<number> {
  const settings = readDaemonSettings(process.argv.slice(2), process.env);
  const asked = new AbortController();
  const onSignal = () => {
    if (asked.signal.aborted) process.exit(1);
    asked.abort();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  const daemon = await startDaemon(settings);
  process.on('SIGHUP', () => void daemon.reload());
  const stop = () => void daemon.stop({ isNow: false, reason: 'it was told to stop' });
  if (asked.signal.aborted) stop();
  else asked.signal.addEventListener('abort', stop, { once: true });
  await daemon.ended;
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof AlreadyRunning) {
      process.stderr.write(`snowpool daemon: ${error.message}\n`);
      process.exit(0);
    }
    const isInput = error instanceof SnowpoolError && error.code === 'invalid_argument';
    const text =
      error instanceof SnowpoolError
        ? [error.message, error.next].filter((part) => part !== '').join(' ')
        : String(error instanceof Error ? error.stack : error);
    process.stderr.write(`snowpool daemon: ${text}\n`);
    process.exit(isInput ? 2 : 1);
  },
);
