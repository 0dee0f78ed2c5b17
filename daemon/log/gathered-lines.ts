import type { Writable } from 'node:stream';

/** Lines wait no longer than this for others to be written with. */
const longestWaitMs = 50;
const mostCharacters = 65_536;

/** Appends lines to a stream, those of one moment in one write: under load each write of its own costs more than its statement's rendering. */
export class GatheredLines {
  private waiting = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly stream: Writable) {}

  /** @param line one line, without its end. */
  write(line: string): void {
    this.waiting += `${line}\n`;
    if (this.waiting.length >= mostCharacters) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), longestWaitMs).unref();
  }

  /** Writes what waits and closes the stream; resolves once all is written. */
  end(): Promise<void> {
    this.flush();
    return new Promise((resolve) => this.stream.end(() => resolve()));
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting === '') return;
    this.stream.write(this.waiting);
    this.waiting = '';
  }
}
