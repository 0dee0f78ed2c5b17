import { DriverError, type DriverSession } from '../pool/driver.ts';

const heartbeatMs = 5_000;

/**
 * An administrator who ends a session aborts what runs on it first: the session itself tells whether that was so.
 * @returns the fault that it then was; undefined where the session lives.
 */
export async function diedUnder(session: DriverSession, aborted: DriverError): Promise<DriverError | undefined> {
  try {
    await session.heartbeat(AbortSignal.timeout(heartbeatMs));
    return undefined;
  } catch (error) {
    return new DriverError('session_gone', aborted.message, aborted.details, { cause: error });
  }
}
