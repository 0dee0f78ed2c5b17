import type { JSONRPCMessage } from '@modelcontextprotocol/server';

const clientInfoKey = 'io.modelcontextprotocol/clientInfo';

/**
 * Who the MCP client says it is: in `initialize`, or since 2026-07-28, which has none, in the `_meta` of each request.
 * Undefined where a message says nothing of it.
 */
export function clientOf(message: JSONRPCMessage): { readonly name: string; readonly version: string } | undefined {
  if (!('method' in message) || !isRecord(message.params)) return undefined;
  const meta = message.params._meta;
  const info =
    message.method === 'initialize' ? message.params.clientInfo : isRecord(meta) ? meta[clientInfoKey] : undefined;
  if (!isRecord(info) || typeof info.name !== 'string') return undefined;
  return { name: info.name, version: typeof info.version === 'string' ? info.version : '' };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
