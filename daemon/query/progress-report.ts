import type { Clock } from '../clock.ts';
import type { Progress } from './contract.ts';

const tickMs = 2_000;

export interface ProgressSource {
  /** What there is to tell of a statement that runs; undefined while it does not. */
  readonly running: () => { readonly queryId: string | undefined; readonly elapsedMs: number } | undefined;
  /** Asks what the statement waits for at the account; undefined where that cannot be asked. Must not reject. */
  readonly askWhatFor: () => Promise<string | undefined> | undefined;
}

/** Tells those who listen how a statement gets on: what is reported, and every other second that it still runs. */
export class ProgressReport {
  readonly #source: ProgressSource;
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #stopTicks: () => void;
  #waitsFor: string | undefined;
  #hasAsked = false;
  #isAsking = false;

  constructor(clock: Clock, source: ProgressSource) {
    this.#source = source;
    this.#stopTicks = clock.every(tickMs, () => this.#tick());
  }

  /** Calls back whenever the statement gets on; returns how to stop that. */
  onProgress(listener: (progress: Progress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(progress: Progress): void {
    for (const listener of this.#listeners) listener(progress);
  }

  close(): void {
    this.#stopTicks();
    this.#listeners.clear();
  }

  #tick(): void {
    const running = this.#source.running();
    if (!running) return;
    const { queryId, elapsedMs } = running;
    const waitsFor = this.#waitsFor;
    this.tell({
      stage: 'running',
      elapsedMs,
      ...(queryId === undefined ? {} : { queryId }),
      ...(waitsFor === undefined ? {} : { waitsFor }),
    });
    void this.#askWhatFor();
  }

  /** Asks once; again only while the answer is that it waits, and only where somebody listens. */
  async #askWhatFor(): Promise<void> {
    const isAnswered = this.#hasAsked && this.#waitsFor === undefined;
    if (isAnswered || this.#isAsking || this.#listeners.size === 0) return;
    const asked = this.#source.askWhatFor();
    if (!asked) return;
    this.#hasAsked = true;
    this.#isAsking = true;
    const before = this.#waitsFor;
    this.#waitsFor = await asked;
    this.#isAsking = false;
    if (this.#waitsFor !== undefined && this.#waitsFor !== before) this.#tick();
  }
}
