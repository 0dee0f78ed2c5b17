import { credentials } from '@grpc/grpc-js';
import { z } from 'zod';
import { loadContract } from '../../proto/contract.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { SandboxHandOver } from '../sandbox-process.ts';

/**
 * What an older daemon hands to a newer one (DESIGN §11): tokens of its sessions, its clients' contexts and pins, the key of
 * the fingerprints and the sandbox. It crosses the socket once and lives in memory only. `pools` and `clients` are each
 * layer's own.
 */
export interface Parcel {
  readonly version: 1;
  readonly fingerprintKey: string;
  readonly sandbox: SandboxHandOver | undefined;
  readonly pools: unknown;
  readonly clients: unknown;
}

const parcelShape = z.object({
  version: z.literal(1),
  fingerprintKey: z.string().regex(/^[0-9a-f]{64}$/),
  sandbox: z
    .object({ address: z.object({ host: z.string(), port: z.number().int() }), ownerToken: z.string() })
    .optional(),
  pools: z.unknown(),
  clients: z.unknown(),
});

/** Asks the daemon on the socket for its sessions. Undefined where none listens or it cannot hand over: then people sign in again. */
export async function receiveHandOver(socket: string, version: string, log: Logger): Promise<Parcel | undefined> {
  const { Admin } = loadContract();
  const admin = new Admin(`unix:${socket}`, credentials.createInsecure());
  try {
    const json = await new Promise<string>((resolve, reject) => {
      admin.handOver({ version }, { deadline: Date.now() + 20_000 }, (error, answer) => {
        if (error) reject(error);
        else resolve(answer?.parcelJson ?? '');
      });
    });
    const parcel = parcelShape.safeParse(JSON.parse(json));
    if (!parcel.success)
      throw new SnowpoolError('internal', 'The older daemon handed over something this version does not know.');
    return { ...parcel.data, sandbox: parcel.data.sandbox };
  } catch (error) {
    log.warn({ err: error }, 'no sessions were handed over');
    return undefined;
  } finally {
    admin.close();
  }
}
