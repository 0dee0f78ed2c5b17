import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import type { Logger } from '../log/logger.ts';
import type { Pools } from '../pool/contract.ts';
import type { ParcelPool } from './hand-over.ts';
import { PoolShare } from './pool-share.ts';

/** The pools in use by clients, each with what its clients share. */
export class PoolShares {
  /** By fingerprint. */
  private readonly shares = new Map<string, PoolShare>();

  constructor(
    private readonly options: {
      readonly pools: Pools;
      readonly clock: Clock;
      readonly log: Logger;
      /** What an older daemon knew, by fingerprint. */
      readonly inheritedPools: Map<string, ParcelPool>;
    },
  ) {}

  /** The profile's pool, for one more attachment of a client. */
  join(profile: Profile, clientId: string): PoolShare {
    const { pools, clock, log, inheritedPools } = this.options;
    const pool = pools.attach(profile);
    const { fingerprint } = profile;
    let share = this.shares.get(fingerprint);
    // A pool that was without clients for long may have been closed and made anew.
    if (share?.pool !== pool) {
      share = new PoolShare(pool, { clock, log }, inheritedPools.get(fingerprint));
      inheritedPools.delete(fingerprint);
      this.shares.set(fingerprint, share);
    }
    share.join(clientId);
    return share;
  }

  /** Sizes and times of a profile that was read again. */
  resize(profile: Profile): void {
    this.options.pools.resize(profile);
    // Where the pool may be larger now, calls that wait need not wait any more.
    this.shares.get(profile.fingerprint)?.admission.move();
  }

  part(share: PoolShare, clientId: string): void {
    share.part(clientId);
    this.options.pools.detach(share.pool);
  }

  /** For a newer daemon. */
  pack(): ParcelPool[] {
    return [...this.shares.values()].map((share) => share.pack());
  }
}
