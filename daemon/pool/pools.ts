/**
 * The pool layer's main file: all pools by fingerprint. `pool/` imports `config/` and the daemon's errors, clock and log; it
 * is imported by `clients/` and by what composes the daemon. It knows neither SQL policy nor gRPC nor MCP.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import type { PoolStatus, Pools, SessionPool } from './contract.ts';
import { CredentialKeys, personKey } from './credential-key.ts';
import type { Driver } from './driver.ts';
import { closeHanded, type PoolsParcel, readParcel } from './hand-over.ts';
import { LoginGate } from './login-gate.ts';
import { ProfilePool } from './session-pool.ts';
import { VerdictBook } from './verdicts.ts';
import { within } from './within.ts';

/** How often pools that nobody needs are let go. */
const sweepMs = 60_000;
/** For what a drained pool has left. */
const lastMs = 1_000;
/** How long a handed-over pinned session waits for its client. */
const claimMs = 60_000;

/** All pools over one driver. `stateDir` holds the login verdicts. */
export function createPools(options: {
  readonly driver: Driver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly stateDir: string;
  readonly log: Logger;
}): Pools {
  return new PoolRegistry(options);
}

class PoolRegistry implements Pools {
  readonly #pools = new Map<string, ProfilePool>();
  /** By account and user: profiles that differ in role only are still one person's logins. */
  readonly #gates = new Map<string, LoginGate>();
  readonly #keys = new CredentialKeys();
  readonly #verdicts: VerdictBook;
  readonly #stopSweep: () => void;

  constructor(private readonly options: Parameters<typeof createPools>[0]) {
    const { clock, log, stateDir } = options;
    this.#verdicts = new VerdictBook({ stateDir, clock, keys: this.#keys, log, newId: () => randomUUID() });
    this.#stopSweep = clock.every(sweepMs, () => this.#sweep());
  }

  attach(profile: Profile): SessionPool {
    const pool = this.#pool(profile);
    pool.join(profile.pool);
    return pool;
  }

  detach(pool: SessionPool): void {
    this.#pools.get(pool.profile.fingerprint)?.leave();
  }

  resize(profile: Profile): void {
    this.#pools.get(profile.fingerprint)?.resize(profile.pool);
  }

  status(): readonly PoolStatus[] {
    return [...this.#pools.values()].map((pool) => pool.status());
  }

  async reconnect(): Promise<void> {
    await this.#verdicts.lift();
    for (const gate of this.#gates.values()) gate.reset();
    await Promise.all([...this.#pools.values()].map((pool) => pool.reconnect()));
  }

  async drain(deadline: number): Promise<void> {
    this.#stopSweep();
    const { driver, clock } = this.options;
    await Promise.all([...this.#pools.values()].map((pool) => pool.drain(deadline)));
    // What could not be closed by now belongs to an account that does not answer.
    await within(driver.close(), clock, new AbortController().signal, clock.monotonic() + lastMs);
  }

  async handOver(): Promise<PoolsParcel> {
    this.#stopSweep();
    const pools = [...this.#pools.values()];
    return {
      version: 1,
      pools: await Promise.all(pools.map(async (pool) => ({ profile: pool.profile, sessions: await pool.handOver() }))),
      signInTokens: this.options.driver.exportSignInTokens(),
    };
  }

  async discard(value: unknown, deadline: number): Promise<void> {
    const handed = (readParcel(value)?.pools ?? []).flatMap(({ profile, sessions }) =>
      sessions.map((session) => closeHanded(profile, session, this.options)),
    );
    await within(Promise.all(handed), this.options.clock, new AbortController().signal, deadline);
  }

  async adopt(value: unknown): Promise<void> {
    const { driver, clock, log } = this.options;
    const parcel = readParcel(value);
    if (!parcel) return log.warn('the sessions of the daemon before this one cannot be taken over');
    driver.importSignInTokens(parcel.signInTokens);
    // Before anything is awaited: a client that attaches now is to find these sessions, not to sign in.
    const adoptions = parcel.pools.map(({ profile, sessions }) => {
      const pool = this.#pool(profile);
      clock.after(claimMs, () => pool.dropUnclaimed());
      return pool.adopt(sessions);
    });
    await Promise.all(adoptions);
  }

  #pool(profile: Profile): ProfilePool {
    const known = this.#pools.get(profile.fingerprint);
    if (known) return known;
    const { driver, clock, random, log } = this.options;
    const pool = new ProfilePool(profile, { driver, clock, random, log, gate: this.#gate(profile) });
    this.#pools.set(profile.fingerprint, pool);
    return pool;
  }

  #gate(profile: Profile): LoginGate {
    const key = personKey(profile);
    const { clock, random, log } = this.options;
    const gate =
      this.#gates.get(key) ?? new LoginGate({ clock, random, log, verdicts: this.#verdicts, keys: this.#keys });
    this.#gates.set(key, gate);
    return gate;
  }

  /** A pool without clients and sessions needs no monitor; its gate stays, for what it knows. */
  #sweep(): void {
    for (const [fingerprint, pool] of this.#pools) {
      if (!pool.isSpent) continue;
      pool.stop();
      this.#pools.delete(fingerprint);
    }
  }
}
