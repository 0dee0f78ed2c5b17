import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { Attachment } from './attachment.ts';
import { unary } from './unary.ts';

/** For a daemon that is there and does not answer, where its pid is not known. */
export const stuckDaemonAdvice =
  'It is stopped or stuck. Its log (~/.local/state/snowpool/daemon.log, unless SNOWPOOL_STATE_DIR or XDG_STATE_HOME says otherwise) names its pid: `kill -CONT` lets it go on, `kill -KILL` ends it, and the next call starts another one.';

/** What is needed of an attachment to see whether its daemon lives. */
type Life = Pick<Attachment, 'channel' | 'welcome' | 'isSilent'>;

/** How long a call goes on without a word from its daemon. Counted in ticks of this process's own running time. */
export interface Patience {
  readonly tickMs: number;
  /** Ticks that a call waits before the daemon is asked whether it is there; and again after each answer. */
  readonly askAfter: number;
  /** Ticks that its answer may take. */
  readonly answerWithin: number;
}

/** Asks after 45 s, the usual wait of a tool call, and gives up after 55: some clients do so at 60. */
export const usualPatience: Patience = { tickMs: 5_000, askAfter: 9, answerWithin: 2 };

/**
 * The daemon is there and does nothing: stopped (SIGSTOP, a debugger) or stuck. Its socket stays open then, so that no
 * link breaks.
 */
export class DaemonSilent extends Error {
  override readonly name = 'DaemonSilent';
  /** @param wasSent whether the call had been sent: then it may have run. */
  constructor(
    readonly pid: number,
    readonly wasSent: boolean,
  ) {
    super(`the daemon (pid ${pid}) gives no sign of life`);
  }
}

/**
 * Makes a call for as long as its daemon lives. What the call waits for may take any time; that the daemon is there is asked
 * by a request that costs it nothing. The attachment stays as it is: a daemon that goes on still has what it kept for this client.
 * @param send must heed its signal.
 * Rejects with DaemonSilent, or as `send` does.
 */
export async function whileAlive<T>(
  attachment: Life,
  patience: Patience,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (attachment.isSilent) {
    const isAnswered = await isAlive(attachment, patience, signal);
    signal.throwIfAborted();
    attachment.isSilent = !isAnswered;
    if (!isAnswered) throw new DaemonSilent(attachment.welcome.daemonPid, false);
  }
  const silence = new AbortController();
  const over = new AbortController();
  void watch(attachment, patience, over.signal).then((isLost) => {
    if (!isLost) return;
    attachment.isSilent = true;
    silence.abort(new DaemonSilent(attachment.welcome.daemonPid, true));
  });
  try {
    return await send(AbortSignal.any([signal, silence.signal]));
  } catch (error) {
    signal.throwIfAborted();
    silence.signal.throwIfAborted();
    throw error;
  } finally {
    over.abort();
  }
}

/** Resolves with true once the daemon does not answer any more, with false when the signal aborts. */
async function watch(attachment: Life, patience: Patience, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    await ticks(patience.askAfter, patience.tickMs, signal);
    if (signal.aborted) return false;
    const answers = await isAlive(attachment, patience, signal);
    if (signal.aborted) return false;
    if (!answers) return true;
  }
}

async function isAlive(attachment: Life, patience: Patience, signal: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const asking = AbortSignal.any([signal, over.signal]);
  // An error is a word from the daemon, too, or a broken link, which the call itself hears of.
  const answer = unary<DaemonStatus__Output>(asking, (done) => attachment.channel.status.get({}, done)).then(
    () => true,
    () => true,
  );
  const silence = ticks(patience.answerWithin, patience.tickMs, asking).then(() => false);
  try {
    return await Promise.race([answer, silence]);
  } finally {
    over.abort();
  }
}

/**
 * Resolves after so many ticks, or when the signal aborts. A tick that comes late does not count: then this process did not run
 * either (a laptop that slept), and what the daemon has sent meanwhile is still to be read.
 */
function ticks(count: number, tickMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    let last = performance.now();
    const done = () => {
      clearInterval(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setInterval(() => {
      const now = performance.now();
      const isLate = now - last > 2 * tickMs;
      last = now;
      if (!isLate) left -= 1;
      if (left <= 0) done();
    }, tickMs);
    if (signal.aborted) return done();
    signal.addEventListener('abort', done, { once: true });
  });
}
