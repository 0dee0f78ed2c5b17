import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import type { EvictReason } from './contract.ts';
import type { Driver, DriverSession } from './driver.ts';
import type { Entry } from './entry.ts';
import { closeHanded, type HandedSession } from './hand-over.ts';
import type { SessionStore } from './session-store.ts';

export interface TakenOverParts {
  readonly clock: Clock;
  readonly driver: Driver;
  readonly log: Logger;
  readonly profile: Profile;
  readonly store: SessionStore;
  readonly entry: (session: DriverSession, openedMs: number) => Entry;
  readonly evict: (entry: Entry, reason: EvictReason) => Promise<void>;
}

/** Sessions from another daemon: idle ones join the pool, pinned ones wait for their clients to claim them. */
export class TakenOver {
  /** By Snowflake's session id. */
  readonly #unclaimed = new Map<string, Entry>();
  #arriving: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: TakenOverParts) {}

  /** Never rejects: a session that cannot be taken over is left out, and closed at Snowflake in the background. */
  adopt(handed: readonly HandedSession[]): Promise<void> {
    const arrived = Promise.all(handed.map((session) => this.#adopt(session)));
    this.#arriving = arrived;
    return arrived.then(() => {});
  }

  /** The pinned session of that id, once; waits for what is arriving. */
  async claim(sessionId: string): Promise<Entry | undefined> {
    await this.#arriving;
    const entry = this.#unclaimed.get(sessionId);
    this.#unclaimed.delete(sessionId);
    return entry;
  }

  forget(entry: Entry): void {
    this.#unclaimed.delete(entry.driver.sessionId);
  }

  /** Closes those whose clients have not come back. */
  drop(reason: EvictReason): void {
    for (const entry of [...this.#unclaimed.values()]) void this.parts.evict(entry, reason);
  }

  async #adopt(handed: HandedSession): Promise<void> {
    const { clock, driver, log, profile, store } = this.parts;
    const { tokens, openedMs, pinnedBy, isUnused } = handed;
    try {
      const entry = this.parts.entry(await driver.adopt(profile, tokens), openedMs);
      entry.isForeign = isUnused !== true;
      entry.unproven();
      if (pinnedBy === undefined) return await store.deposit(entry);
      const nowMs = clock.monotonic();
      const lease = { holder: pinnedBy, sinceMs: nowMs, deadlineMs: () => nowMs, isPinned: true, stopWatch: () => {} };
      entry.lease = lease;
      await store.deposit(entry, true);
      this.#unclaimed.set(tokens.sessionId, entry);
    } catch (error) {
      log.warn({ err: error, session: tokens.sessionId }, 'a session could not be taken over');
      void closeHanded(profile, handed, this.parts);
    }
  }
}
