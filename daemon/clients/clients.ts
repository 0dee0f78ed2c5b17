/**
 * The attached front-ends (DESIGN §6): who they are, what each has chosen, what each may use now. `query/` above it asks
 * for lent sessions; below it stands `pool/`. It knows neither SQL policy nor gRPC nor MCP.
 */
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Pools } from '../pool/contract.ts';
import type { Clients } from './contract.ts';
import { FrontEnd } from './front-end.ts';
import { type ClientsParcel, clientsParcel, type ParcelAttachment, type ParcelPool } from './hand-over.ts';
import { PoolShares } from './pool-shares.ts';

export interface ClientsOptions {
  readonly pools: Pools;
  readonly clock: Clock;
  readonly random: () => number;
  /** UUIDs. */
  readonly newId: () => string;
  readonly log: Logger;
}

/** How long what runs may take before sessions are handed to a newer daemon. */
const handOverMs = 5_000;
/** How long an aborted statement may take to say so. */
const abortedMs = 2_000;

/** Makes the registry of attached front-ends. */
export function createClients(options: ClientsOptions): Clients {
  const { pools, clock, newId, log } = options;
  const attached = new Map<string, FrontEnd>();
  const inheritedPools = new Map<string, ParcelPool>();
  const inherited = new Map<string, ParcelAttachment>();
  const shares = new PoolShares({ pools, clock, log, inheritedPools });

  /** Refuses new calls, waits for what runs, aborts the rest. */
  const quieten = async (clients: readonly FrontEnd[], deadline: number): Promise<void> => {
    const draining = new SnowpoolError('draining', 'The daemon is about to end.', 'Try again in a moment.');
    for (const client of clients) client.refuse(draining);
    const settled = async () => Promise.all(clients.map((client) => client.settled()));
    await by(deadline, settled());
    for (const loan of clients.flatMap((client) => client.loans())) void loan.abort();
    await by(clock.monotonic() + abortedMs, settled());
  };

  /** Waits for something, or until the deadline (on the monotonic clock) has passed: an account may never answer. */
  const by = async (deadline: number, something: Promise<unknown>): Promise<void> => {
    const stop = new AbortController();
    const late = clock.sleep(Math.max(0, deadline - clock.monotonic()), stop.signal).catch(() => {});
    await Promise.race([something, late]);
    stop.abort();
  };

  return {
    attach(identity, profiles, contexts, link) {
      const client = new FrontEnd({ identity, link, contexts, shares, inherited, clock, newId, log });
      client.connect(profiles);
      attached.set(identity.id, client);
      client.onGone = () => attached.delete(identity.id);
      return client;
    },
    find: (clientId) => attached.get(clientId),
    status: () => [...attached.values()].map((client) => client.status()),
    async drain(deadline, isThrough = () => {}) {
      const clients = [...attached.values()];
      const quiet = quieten(clients, deadline);
      const leave = async (client: FrontEnd) => {
        // Whoever runs nothing need not wait for the statements of others.
        await Promise.race([client.settled(), quiet]);
        await by(clock.monotonic() + abortedMs, client.detach());
        isThrough(client.identity.id);
      };
      await Promise.all([quiet, ...clients.map(leave)]);
    },
    reprofile: (client, profiles) => attached.get(client.identity.id)?.connect(profiles) ?? [],
    complete: (client, profiles) => attached.get(client.identity.id)?.complete(profiles),
    async handOver(sessionsGiven = async () => {}) {
      const clients = [...attached.values()];
      await quieten(clients, clock.monotonic() + handOverMs);
      await sessionsGiven();
      const parcel: ClientsParcel = {
        version: 1,
        // With what an older daemon told and nobody has asked for since: its sessions and clients may be there all the same.
        pools: [...inheritedPools.values(), ...shares.pack()],
        attachments: [
          ...inherited.values(),
          ...clients.flatMap((client) => client.attachments.map((attachment) => attachment.pack())),
        ],
      };
      for (const client of clients) client.leaveBehind();
      return parcel;
    },
    adopt(parcel) {
      const read = clientsParcel.safeParse(parcel);
      if (!read.success) {
        log.warn({ err: read.error }, 'what the older daemon knew of its clients cannot be read');
        return;
      }
      for (const pool of read.data.pools) inheritedPools.set(pool.fingerprint, pool);
      for (const attachment of read.data.attachments) inherited.set(attachment.key, attachment);
    },
  };
}
