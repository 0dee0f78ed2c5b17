import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { unsupported } from '../errors.ts';
import { KEPT_BYTES } from './messages.ts';
import { ScriptThread } from './script-thread.ts';

/** Idle threads kept for the next statement, and for how long. */
const MOST_IDLE = 2;
const IDLE_MS = 60_000;

/** At work at once: a script may take 80 MB (messages.ts) beside what its thread takes. Further statements wait. */
const MOST_BUSY = 16;
/** The same with those of statements inside others, which never wait: who would wait for them may hold a thread. */
const MOST_NESTED = 40;

/** Threads for statements that run scripts, each for one statement at a time. None is started before it is wanted. */
export class ScriptThreads {
  private readonly idle: ScriptThread[] = [];
  private readonly busy = new Set<ScriptThread>();
  private readonly waiting = new Set<() => void>();
  /** Threads that are busy, or were promised to somebody. */
  private taken = 0;
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;

  /** A thread that takes requests. Rejects where it cannot start, with the signal's reason where that aborts. */
  async borrow(signal: AbortSignal, isNested: boolean): Promise<ScriptThread> {
    await this.turn(signal, isNested);
    let thread: ScriptThread | undefined;
    try {
      if (this.isClosed) throw new Error('the sandbox has ended');
      thread = this.idle.pop() ?? new ScriptThread(program());
      this.busy.add(thread);
      thread.wake();
      await thread.ready();
    } catch (error) {
      if (thread) this.busy.delete(thread);
      this.release();
      throw error;
    }
    return thread;
  }

  private async turn(signal: AbortSignal, isNested: boolean): Promise<void> {
    if (isNested && this.taken >= MOST_NESTED) throw unsupported(`more than ${MOST_NESTED} scripts at once`);
    if (!isNested && this.taken >= MOST_BUSY) {
      const left = new AbortController();
      await new Promise<void>((resolve, reject) => {
        this.waiting.add(resolve);
        const leave = (): void => {
          this.waiting.delete(resolve);
          reject(signal.reason);
        };
        signal.addEventListener('abort', leave, { signal: left.signal });
      }).finally(() => left.abort());
      // Whoever gave the turn has left its place to this one.
      return;
    }
    this.taken += 1;
  }

  /** Leaves a place to the next one that waits. */
  private release(): void {
    const [next] = this.taken <= MOST_BUSY ? this.waiting : [];
    if (!next) {
      this.taken -= 1;
      return;
    }
    this.waiting.delete(next);
    next();
  }

  /** Takes a thread back; one that is still at work, broken or large is ended. */
  async giveBack(thread: ScriptThread, isAtRest: boolean): Promise<void> {
    const isFit = isAtRest && !thread.isBroken && !this.isClosed && (await isSmall(thread));
    if (!isFit || this.isClosed || this.idle.length >= MOST_IDLE) {
      await thread.terminate(new Error('the script thread is not needed any more'));
    } else {
      thread.rest();
      this.idle.push(thread);
    }
    this.busy.delete(thread);
    this.release();
    this.timer ??= setInterval(() => this.shrink(), IDLE_MS).unref();
  }

  /** Ends all threads. Idempotent. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.timer) clearInterval(this.timer);
    const all = [...this.idle.splice(0), ...this.busy];
    await Promise.all(all.map((thread) => thread.terminate(new Error('the sandbox has ended'))));
  }

  private shrink(): void {
    void this.idle.shift()?.terminate(new Error('the script thread was idle'));
    if (this.idle.length > 0 || !this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
  }
}

/** Lets a thread forget its statement; false where it holds too much to be kept. */
async function isSmall(thread: ScriptThread): Promise<boolean> {
  try {
    const answer = await thread.ask({ kind: 'end' });
    return answer.kind === 'done' && Number(answer.text) <= KEPT_BYTES;
  } catch {
    // It ended instead: nothing to keep.
    return false;
  }
}

/** The bundle of worker.ts, beside the sandbox's own. */
function program(): URL {
  const url = new URL('./sandbox-javascript.mjs', import.meta.url);
  if (!existsSync(fileURLToPath(url))) throw new Error(`${fileURLToPath(url)} is missing: build the sandbox`);
  return url;
}
