import type { Writable } from 'node:stream';

/** Writes as fast as the reader takes it; a reader that has gone (`| head`) ends the query, not the world. */
export class Output {
  readonly #stream: Writable;
  #isClosed = false;

  /** @param onClosed called once when nobody reads any more. */
  constructor(stream: Writable, onClosed: () => void) {
    this.#stream = stream;
    stream.once('error', () => {
      this.#isClosed = true;
      onClosed();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when there is room for more. */
  write(text: string): Promise<void> {
    if (text === '' || this.#isClosed || this.#stream.write(text)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#stream.off('drain', done);
        this.#stream.off('error', done);
        resolve();
      };
      this.#stream.once('drain', done);
      this.#stream.once('error', done);
    });
  }
}
