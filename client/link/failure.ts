import { type ServiceError, status } from '@grpc/grpc-js';
import { errorMetadataKey, type WireError } from '../../proto/contract.ts';
import { DaemonFailure } from './daemon-failure.ts';

/**
 * What a failed call means for the caller: `answered`, the daemon refused it and says why; `draining` and `detached`, it
 * did not run and can be sent again as it is (the daemon is about to end, or does not know the client any more); `broken`, the
 * link was lost, and the call may or may not have run.
 */
export type CallFailure =
  | { readonly kind: 'answered'; readonly failure: DaemonFailure }
  | { readonly kind: 'draining' | 'detached' | 'broken' };

/** Reads a failed gRPC call. What carries no error of ours comes from the transport, but for an unknown tool (`not_found`). */
export function readFailure(error: ServiceError): CallFailure {
  const wire = wireError(error);
  if (wire) {
    if (wire.code === 'draining') return { kind: 'draining' };
    if (wire.details.reason === 'not_attached') return { kind: 'detached' };
    return {
      kind: 'answered',
      failure: new DaemonFailure(wire.code, wire.message, wire.next, wire.details, { cause: error }),
    };
  }
  if (error.code === status.UNAVAILABLE && neverSent.test(error.details)) return { kind: 'detached' };
  if (transportStatuses.has(error.code)) return { kind: 'broken' };
  const code = error.code === status.NOT_FOUND ? 'not_found' : 'internal';
  return {
    kind: 'answered',
    failure: new DaemonFailure(code, error.details || error.message, '', {}, { cause: error }),
  };
}

/** How grpc-js reports a connection that went away under a call: mostly UNAVAILABLE, by the HTTP/2 code also the others. */
const transportStatuses: ReadonlySet<status> = new Set([
  status.UNAVAILABLE,
  status.INTERNAL,
  status.UNKNOWN,
  status.CANCELLED,
]);

/** grpc-js's own words for a call that did not leave this process. */
const neverSent = /^(No connection established|Channel closed before call started)/;

function wireError(error: ServiceError): WireError | undefined {
  const [value] = error.metadata?.get(errorMetadataKey) ?? [];
  if (value === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(value.toString());
    if (typeof parsed !== 'object' || parsed === null) return undefined;
    const { code, message, next, details } = parsed as Record<string, unknown>;
    return {
      code: typeof code === 'string' ? code : 'internal',
      message: typeof message === 'string' ? message : error.details,
      next: typeof next === 'string' ? next : '',
      details: typeof details === 'object' && details !== null ? (details as Record<string, unknown>) : {},
    };
  } catch {
    return undefined;
  }
}
