/**
 * A front-end's link to the daemon: found, started where there is none, replaced where it is older, and found again when
 * it was lost. Everything in client/ that talks to the daemon goes through this folder; it imports proto/ and cli/failure only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hello } from '../../proto/generated/snowpool/v1/Hello.ts';
import type { Notice__Output } from '../../proto/generated/snowpool/v1/Notice.ts';
import type { OpenUrl__Output } from '../../proto/generated/snowpool/v1/OpenUrl.ts';
import { CommandFailure } from '../cli/failure.ts';
import { type Attachment, AttachRefused, attach } from './attachment.ts';
import { type DaemonPlace, ensureDaemon } from './autostart.ts';
import { probe } from './probe.ts';
import { replaceOlderDaemon } from './replacement.ts';
import { type Patience, usualPatience } from './sign-of-life.ts';

export interface Identity {
  readonly name: string;
  readonly version: string;
}

export interface LinkOptions {
  readonly place: DaemonPlace;
  /** Who attaches with which profile; contexts and identity are kept here. */
  readonly hello: Omit<Hello, 'contexts' | 'identity'> & { readonly version: string };
  readonly onOpenUrl: (page: OpenUrl__Output) => void;
  readonly onNotice: (notice: Notice__Output) => void;
  /** Called after each attaching. */
  readonly onAttached?: (attachment: Attachment) => void;
  /** How long calls go on without a word from the daemon. */
  readonly patience?: Patience;
}

/** A drain lasts up to 30 s (DESIGN §11). */
const drainWithinMs = 40_000;
/** A drain, and a start after it. */
const joinWithinMs = 75_000;
/** An older daemon that is still there after so many replacements is lived with. */
const maxReplacements = 3;
/** How long a lost daemon is looked for without being asked to; after that, the next call looks. */
const lookForMs = 30_000;

/** Keeps one process attached to the user's daemon. */
export class Link {
  readonly #options: LinkOptions;
  readonly #contexts = new Map<string, Buffer>();
  readonly #closed = new AbortController();
  #identity: Identity;
  #current: Attachment | undefined;
  #joining: { readonly mayStart: boolean; readonly attachment: Promise<Attachment> } | undefined;

  constructor(options: LinkOptions, identity: Identity) {
    this.#options = options;
    this.#identity = identity;
  }

  /**
   * The attachment to a daemon that takes calls; attaches first where there is none, and starts a daemon where none runs.
   * Rejects with CommandFailure where no daemon can be had, or with the signal's reason.
   */
  async attachment(signal: AbortSignal): Promise<Attachment> {
    for (;;) {
      signal.throwIfAborted();
      if (this.#current && !this.#current.isDraining) return this.#current;
      const joining = this.#join(true);
      try {
        return await unlessAborted(joining.attachment, signal);
      } catch (error) {
        // A look-out that was not allowed to start a daemon has failed: now one may be started.
        if (joining.mayStart || signal.aborted) throw error;
      }
    }
  }

  get patience(): Patience {
    return this.#options.patience ?? usualPatience;
  }

  /** Says who the MCP client is, now and in each later attaching. */
  identify(name: string, version: string): void {
    if (name === this.#identity.name && version === this.#identity.version) return;
    this.#identity = { name, version };
    this.#current?.identify(name, version);
  }

  /** Detaches for good. Idempotent. */
  close(): void {
    this.#closed.abort(new CommandFailure('this front-end is closing.'));
    this.#current?.close();
  }

  #join(mayStart: boolean): { readonly mayStart: boolean; readonly attachment: Promise<Attachment> } {
    if (this.#joining) return this.#joining;
    const attachment = this.#find(mayStart).finally(() => {
      this.#joining = undefined;
    });
    // Whoever waits hears of a failure; a look-out in the background need not.
    attachment.catch(() => {});
    this.#joining = { mayStart, attachment };
    return this.#joining;
  }

  async #find(mayStart: boolean): Promise<Attachment> {
    const { place } = this.#options;
    const signal = this.#closed.signal;
    const end = Date.now() + joinWithinMs;
    let replacements = 0;
    for (let waitMs = 20; ; waitMs = Math.min(waitMs * 2, 500)) {
      // A draining daemon still finishes what it runs for this client: its stream is let go when it ends by itself.
      if (this.#current?.isDraining) await this.#letGo(this.#current, signal);
      if (mayStart) await ensureDaemon(place, signal);
      else if ((await probe(place.socket)) !== 'live') throw new CommandFailure('no daemon is running.', '', 3);
      try {
        const identity = this.#identity;
        const attachment = await this.#attach(identity, signal);
        if (replacements < maxReplacements && (await this.#replaceOlder(attachment, signal))) {
          replacements += 1;
          attachment.close();
          continue;
        }
        this.#adopt(attachment, identity);
        return attachment;
      } catch (error) {
        if (!(error instanceof AttachRefused)) throw error;
        if (error.isFinal || Date.now() > end) {
          throw new CommandFailure(`the daemon does not attach this front-end: ${error.message}`, error.next, 1, {
            cause: error,
          });
        }
      }
      await sleep(waitMs, undefined, { signal });
    }
  }

  #replaceOlder(attachment: Attachment, signal: AbortSignal): Promise<boolean> {
    const { place, hello, onNotice } = this.#options;
    return replaceOlderDaemon(attachment, place, hello.version, onNotice, signal);
  }

  /** Waits for a draining daemon's end; one that never comes is brought about. */
  async #letGo(attachment: Attachment, signal: AbortSignal): Promise<void> {
    await Promise.race([aborted(attachment.ended), sleep(drainWithinMs, undefined, { signal, ref: false })]);
    attachment.close();
  }

  #attach(identity: Identity, signal: AbortSignal): Promise<Attachment> {
    const hello: Hello = {
      ...this.#options.hello,
      identity,
      contexts: Object.fromEntries(this.#contexts),
    };
    return attach(
      this.#options.place.socket,
      hello,
      {
        context: ({ connection, context }) => void this.#contexts.set(connection, context),
        openUrl: this.#options.onOpenUrl,
        notice: this.#options.onNotice,
      },
      signal,
    );
  }

  #adopt(attachment: Attachment, identity: Identity): void {
    this.#current = attachment;
    if (identity !== this.#identity) attachment.identify(this.#identity.name, this.#identity.version);
    attachment.ended.addEventListener(
      'abort',
      () => {
        if (this.#current === attachment) this.#current = undefined;
        void this.#lookOut();
      },
      { once: true },
    );
    if (attachment.ended.aborted) this.#current = undefined;
    this.#options.onAttached?.(attachment);
  }

  /**
   * Attaches again to whichever daemon appears soon, so that what a replaced daemon handed over is claimed. It never
   * starts one: a person who stopped the daemon wants it stopped until somebody needs it.
   */
  async #lookOut(): Promise<void> {
    const end = Date.now() + lookForMs;
    for (let waitMs = 50; Date.now() < end; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        await sleep(waitMs, undefined, { signal: this.#closed.signal, ref: false });
        if (this.#current) return;
        await this.#join(false).attachment;
        return;
      } catch {
        if (this.#closed.signal.aborted) return;
      }
    }
  }
}

/** Resolves when a signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** A promise that its waiter can give up, while others go on waiting for it. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
