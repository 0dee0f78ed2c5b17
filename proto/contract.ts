/**
 * What daemon and client share: the contract of proto/snowpool/v1 as a package definition for @grpc/grpc-js, and where
 * the two meet (`paths`). Anybody may import it; it imports nothing of ours.
 */
import { loadPackageDefinition } from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import type { ProtoGrpcType as AdminPackage } from './generated/admin.ts';
import type { ProtoGrpcType as ClientsPackage } from './generated/clients.ts';
import json from './generated/contract.json' with { type: 'json' };
import type { ProtoGrpcType as QueriesPackage } from './generated/queries.ts';
import type { ProtoGrpcType as StatusPackage } from './generated/status.ts';
import type { ProtoGrpcType as ToolsPackage } from './generated/tools.ts';

type Contract = AdminPackage['snowpool']['v1'] &
  ClientsPackage['snowpool']['v1'] &
  QueriesPackage['snowpool']['v1'] &
  StatusPackage['snowpool']['v1'] &
  ToolsPackage['snowpool']['v1'];

/** Metadata key under which an error's code, sentence, advice and details travel as JSON (DESIGN §10). */
export const errorMetadataKey = 'snowpool-error-bin';

/** A SnowpoolError as it crosses the socket. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Builds service definitions and client constructors from the contract. Options must equal those of scripts/build.mjs's generator. */
export function loadContract(): Contract {
  const definition = fromJSON(json as Parameters<typeof fromJSON>[0], {
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const loaded = loadPackageDefinition(definition) as unknown as { snowpool: { v1: Contract } };
  return loaded.snowpool.v1;
}
