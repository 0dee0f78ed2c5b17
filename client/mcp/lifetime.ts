/** How often the parent is looked at: the front-end must be gone within a second. */
const lookEveryMs = 400;

/**
 * Calls `end` once when this process has nobody left to serve: its parent has died (another process may still hold our
 * stdin open), or a signal asks it to go. A closed stdin is seen by the transport.
 */
export function watchLifetime(end: (reason: string) => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) end('its parent has died');
  }, lookEveryMs);
  timer.unref();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => end(signal));
}
