import { status as grpc, Metadata, type ServiceError } from '@grpc/grpc-js';
import { errorMetadataKey, type WireError } from '../../proto/contract.ts';
import { type ErrorCode, SnowpoolError } from '../errors.ts';

/** The one table from our codes to gRPC's (DESIGN §10). */
const statuses: Readonly<Record<ErrorCode, grpc>> = {
  statement_refused: grpc.PERMISSION_DENIED,
  statement_failed: grpc.FAILED_PRECONDITION,
  credentials_rejected: grpc.UNAUTHENTICATED,
  account_unreachable: grpc.UNAVAILABLE,
  pool_exhausted: grpc.RESOURCE_EXHAUSTED,
  deadline_exceeded: grpc.DEADLINE_EXCEEDED,
  cancelled: grpc.CANCELLED,
  outcome_unknown: grpc.UNKNOWN,
  session_lost: grpc.ABORTED,
  invalid_argument: grpc.INVALID_ARGUMENT,
  unknown_profile: grpc.NOT_FOUND,
  draining: grpc.UNAVAILABLE,
  internal: grpc.INTERNAL,
};

/** An error as it goes over the socket: status, sentence, and the whole error as JSON in the metadata. */
export function toStatus(error: unknown): Partial<ServiceError> {
  const known =
    error instanceof SnowpoolError
      ? error
      : new SnowpoolError('internal', error instanceof Error ? error.message : String(error));
  const wire: WireError = { code: known.code, message: known.message, next: known.next, details: known.details };
  const metadata = new Metadata();
  metadata.set(errorMetadataKey, Buffer.from(JSON.stringify(wire)));
  return { code: statuses[known.code], details: known.message, metadata };
}
