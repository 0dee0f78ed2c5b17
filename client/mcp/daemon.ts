/**
 * The daemon as the MCP server sees it. The one module of this folder that loads gRPC: it is imported after the first answer.
 */
import { randomUUID } from 'node:crypto';
import type { CallToolRequest } from '../../proto/generated/snowpool/v1/CallToolRequest.ts';
import type { ForwardResponse__Output } from '../../proto/generated/snowpool/v1/ForwardResponse.ts';
import type { ListToolsResponse__Output } from '../../proto/generated/snowpool/v1/ListToolsResponse.ts';
import { type Identity, Link, type LinkOptions } from '../link/link.ts';
import { callRepeatedly } from '../link/repeat.ts';
import { unary } from '../link/unary.ts';
import type { ProgressRelay } from './progress-relay.ts';
import { callTool, type ToolOutcome } from './tool-stream.ts';

export type { ToolOutcome } from './tool-stream.ts';

/** MCP's requests to the daemon, each until its answer; reject as callRepeatedly does. */
export interface Daemon {
  listTools(cursor: string, signal: AbortSignal): Promise<ListToolsResponse__Output>;
  callTool(
    request: Omit<CallToolRequest, 'clientId' | 'requestId' | 'resent'>,
    signal: AbortSignal,
    progress: ProgressRelay,
  ): Promise<ToolOutcome>;
  /** Any other request, by MCP's method name. */
  forward(method: string, paramsJson: string, signal: AbortSignal): Promise<ForwardResponse__Output>;
  identify(client: Identity): void;
  /** Attaches now, so that the first call need not. */
  attach(): Promise<unknown>;
  close(): void;
}

/** Attaches with the first request, or before; `client` is who the MCP client is as far as it has said so. */
export function reachDaemon(options: LinkOptions, client: Identity): Daemon {
  const link = new Link(options, client);
  return {
    listTools: (cursor, signal) =>
      callRepeatedly(link, signal, ({ channel, welcome: { clientId } }, _isResent, either) =>
        unary<ListToolsResponse__Output>(either, (done) => channel.tools.list({ clientId, cursor }, done)),
      ),
    callTool: (request, signal, progress) => {
      const requestId = randomUUID();
      return callRepeatedly(link, signal, ({ channel, welcome: { clientId } }, resent, either) => {
        progress.restart();
        const sent = { ...request, clientId, requestId, resent };
        return callTool(channel.tools, sent, either, (event) => progress.take(event));
      });
    },
    forward: (method, paramsJson, signal) =>
      callRepeatedly(link, signal, ({ channel, welcome: { clientId } }, _isResent, either) =>
        unary<ForwardResponse__Output>(either, (done) => channel.tools.forward({ clientId, method, paramsJson }, done)),
      ),
    identify: ({ name, version }) => link.identify(name, version),
    attach: () => link.attachment(new AbortController().signal),
    close: () => link.close(),
  };
}
