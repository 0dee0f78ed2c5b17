import { randomUUID } from 'node:crypto';
import type { AdminHandlers } from '../../proto/generated/snowpool/v1/Admin.ts';
import type { Check } from '../../proto/generated/snowpool/v1/Check.ts';
import type { Clients } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import { type ProfileRequest, type Resolved, secretSettings } from '../config/resolve.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Pools } from '../pool/contract.ts';
import type { Queries } from '../query/contract.ts';
import type { SandboxProcess } from '../sandbox-process.ts';
import { checkAccount } from './account-check.ts';
import type { Parcel } from './hand-over.ts';
import { toStatus } from './status-codes.ts';

/** For closing what no newer daemon took. */
const discardMs = 5_000;

interface AdminOptions {
  readonly clients: Clients;
  readonly queries: Queries;
  readonly pools: Pools;
  readonly sandbox: SandboxProcess;
  readonly fingerprintKey: Uint8Array;
  readonly clock: Clock;
  readonly log: Logger;
  resolve(request: Omit<ProfileRequest, 'home'> & { readonly home: string | undefined }): Resolved;
  stop(options: { readonly isNow: boolean; readonly reason: string }): Promise<void>;
  reload(): Promise<readonly string[]>;
  /** Attaches nobody any more; resolves once what this daemon took over itself has arrived. */
  prepareToHandOver(): Promise<void>;
  leaveToSuccessor(): Promise<void>;
}

/** Serves `Admin`: what a person asks of the daemon. */
export function adminService(options: AdminOptions): AdminHandlers {
  const { pools, clients, log } = options;
  return {
    Stop(call, callback) {
      callback(null, { pid: process.pid });
      void options.stop({ isNow: call.request.now, reason: 'a person stopped it' });
    },

    Reload(_call, callback) {
      options.reload().then(
        (changes) => callback(null, { changes: [...changes] }),
        (error: unknown) => callback(toStatus(error)),
      );
    },

    Reconnect(_call, callback) {
      pools.reconnect().then(
        () =>
          callback(null, {
            results: pools.status().map((pool) => `${pool.profile.account} as ${pool.profile.user}: ${pool.reason}`),
          }),
        (error: unknown) => callback(toStatus(error)),
      );
    },

    Explain(call, callback) {
      const { environment, connection, sandbox, policy, checkAccount: wantsAccount } = call.request;
      const explained = async () => {
        const { profile, written } = options.resolve({
          environment,
          home: environment.HOME,
          connection: connection || undefined,
          isSandbox: sandbox,
          policy: policy || undefined,
        });
        const settings = [...written].map(([name, { value, source }]) => ({
          name,
          value: secretSettings.has(name) ? '********' : value,
          source,
        }));
        const checks: Check[] = wantsAccount ? await askAccount(options, profile) : [];
        return { settings, checks };
      };
      explained().then(
        (answer) => callback(null, answer),
        (error: unknown) => callback(toStatus(error)),
      );
    },

    HandOver(call, callback) {
      log.info({ successor: call.request.version }, 'a newer daemon takes over');
      const handed = async () => {
        await options.prepareToHandOver();
        let given: unknown;
        const parcel: Parcel = {
          version: 1,
          fingerprintKey: Buffer.from(options.fingerprintKey).toString('hex'),
          clients: await clients.handOver(async () => {
            given = await pools.handOver();
          }),
          pools: given,
          sandbox: await options.sandbox.handOver(),
        };
        if (call.cancelled) {
          log.warn('the newer daemon is gone; what was for it is closed');
          await pools.discard(parcel.pools, options.clock.monotonic() + discardMs);
        }
        await options.leaveToSuccessor();
        return { parcelJson: JSON.stringify(parcel) };
      };
      handed().then(
        (answer) => callback(null, answer),
        (error: unknown) => {
          log.error({ err: error }, 'nothing was handed over');
          callback(toStatus(error));
          // Its clients and sessions have been told to go: what is left of it serves nobody.
          void options.stop({ isNow: true, reason: 'it could not hand over to a newer one' });
        },
      );
    },
  };
}

/** Signs in as a client that is there for this one question only. Nobody would see a page that this opened. */
async function askAccount(options: AdminOptions, profile: Profile): Promise<Check[]> {
  const isOpen = options.pools
    .status()
    .some((pool) => pool.profile.fingerprint === profile.fingerprint && pool.size > 0);
  if (profile.credentials.kind === 'external_browser' && !isOpen) {
    const text = 'This profile signs in through the browser, which was not tried.';
    return [{ outcome: 'ok', text, advice: 'The first call of a client opens the page.' }];
  }
  const client = options.clients.attach(
    { id: randomUUID(), name: 'snowpool doctor', version: '', pid: process.pid },
    new Map([[profile.name, profile]]),
    new Map(),
    { saveContext() {}, prompt: { openUrl() {} }, notice() {} },
  );
  try {
    return await checkAccount(options.queries, client.attachment());
  } catch (error) {
    if (!(error instanceof SnowpoolError)) throw error;
    return [{ outcome: 'failed', text: error.message, advice: error.next }];
  } finally {
    await client.detach();
  }
}
