import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** Between two looks while statements run. */
const EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;

/** Runs in the worker: sleeps while nothing runs, looks at the process while anything does. */
const WATCH = `
const { workerData: { flag, mostBytes, everyMs, message } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const at = new Int32Array(flag);
for (;;) {
  Atomics.wait(at, 0, 0);
  if (process.memoryUsage.rss() > mostBytes) {
    try { writeSync(2, message); } catch {}
    process.kill(process.pid, 'SIGKILL');
  }
  Atomics.wait(at, 1, 0, everyMs);
}`;

/**
 * The last resort against a statement that makes the process grow though everything else that bounds it has failed: ends
 * the process with a line on stderr. A thread of its own, as the main one may itself be what grows. The bound is far above
 * the one at which MemoryWatch interrupts statements.
 */
export class MemoryGuard {
  private readonly flag = new SharedArrayBuffer(8);
  private readonly isAtWork = new Int32Array(this.flag);
  private readonly worker: Worker;

  constructor(mostMb: number) {
    const message = `snowpool sandbox: a statement took more memory than ${mostMb} MB and could not be stopped, so the sandbox has ended itself\n`;
    this.worker = new Worker(WATCH, {
      eval: true,
      // The text is a script whatever this process was started with.
      execArgv: [],
      workerData: { flag: this.flag, mostBytes: mostMb * MEGABYTE, everyMs: EVERY_MS, message },
    });
    this.worker.unref();
    // Without it the sandbox still bounds what it can; nobody should lose a session for that.
    this.worker.on('error', (error) => writeSync(2, `snowpool sandbox: memory is not guarded: ${error.message}\n`));
  }

  /** Says whether statements run. */
  watch(isAtWork: boolean): void {
    Atomics.store(this.isAtWork, 0, isAtWork ? 1 : 0);
    if (isAtWork) Atomics.notify(this.isAtWork, 0);
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}
