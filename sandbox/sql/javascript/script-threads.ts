import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KEPT_BYTES } from './messages.ts';
import { ScriptThread } from './script-thread.ts';

/** Idle threads kept for the next statement, and for how long. */
const MOST_IDLE = 2;
const IDLE_MS = 60_000;

/** Threads for statements that run scripts, each for one statement at a time. None is started before it is wanted. */
export class ScriptThreads {
  private readonly idle: ScriptThread[] = [];
  private readonly busy = new Set<ScriptThread>();
  private timer: NodeJS.Timeout | null = null;
  private isClosed = false;

  /** A thread that takes requests. Rejects where it cannot start. */
  async borrow(): Promise<ScriptThread> {
    if (this.isClosed) throw new Error('the sandbox has ended');
    const kept = this.idle.pop();
    const thread = kept ?? new ScriptThread(program());
    this.busy.add(thread);
    try {
      await thread.ready();
    } catch (error) {
      this.busy.delete(thread);
      throw error;
    }
    return thread;
  }

  /** Takes a thread back; one that is still at work, broken or large is ended. */
  async giveBack(thread: ScriptThread, isAtRest: boolean): Promise<void> {
    const isFit = isAtRest && !thread.isBroken && !this.isClosed && (await isSmall(thread));
    this.busy.delete(thread);
    if (!isFit || this.isClosed || this.idle.length >= MOST_IDLE) {
      await thread.terminate(new Error('the script thread is not needed any more'));
      return;
    }
    this.idle.push(thread);
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
