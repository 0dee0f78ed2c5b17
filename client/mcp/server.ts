import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { CommandFailure } from '../cli/failure.ts';
import { DaemonFailure } from '../link/daemon-failure.ts';
import { version } from '../version.ts';
import type { Daemon } from './daemon.ts';
import type { ToolCalls } from './tool-calls.ts';

/** What MCP's other requests are called; the daemon answers them all. */
const forwarded = [
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
] as const;

const instructions =
  'Snowflake through a shared pool of sessions. USE, SET and transactions are remembered for this client alone.';

/**
 * An MCP server that answers nothing by itself: each request goes to the daemon. The SDK may build several for one process
 * (a probe first); all share the same link.
 */
export function createServer(daemon: () => Promise<Daemon>, tools: ToolCalls): Server {
  const server = new Server(
    { name: 'snowpool', version },
    {
      capabilities: { tools: { listChanged: true }, resources: {}, prompts: {}, completions: {} },
      instructions,
    },
  );
  server.setRequestHandler('tools/list', (request, context) =>
    translated(context, async () => {
      const { resultJson } = await (await daemon()).listTools(request.params?.cursor ?? '', context.mcpReq.signal);
      return JSON.parse(resultJson);
    }),
  );
  server.setRequestHandler('tools/call', (request, context) =>
    tools.answer(
      {
        name: request.params.name,
        arguments: request.params.arguments ?? {},
        capabilities: capabilitiesOf(server, context),
      },
      context,
    ),
  );
  for (const method of forwarded) {
    server.setRequestHandler(method, (request, context) =>
      translated(context, async () => {
        const { _meta, ...params } = request.params ?? {};
        const { resultJson } = await (await daemon()).forward(method, JSON.stringify(params), context.mcpReq.signal);
        return JSON.parse(resultJson);
      }),
    );
  }
  return server;
}

/** Before 2026-07-28 a client declares its capabilities once, since then with each request. */
function capabilitiesOf(server: Server, context: ServerContext): ClientCapabilities {
  const envelope: Readonly<Record<string, unknown>> = context.mcpReq.envelope ?? {};
  const declared = envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined;
  return declared ?? server.getClientCapabilities() ?? {};
}

async function translated<T>(context: ServerContext, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (context.mcpReq.signal.aborted) throw error;
    if (error instanceof DaemonFailure) {
      const isMisuse = error.code === 'not_found' || error.code === 'invalid_argument';
      throw new ProtocolError(
        isMisuse ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError,
        sentence(error),
      );
    }
    if (error instanceof CommandFailure)
      throw new ProtocolError(ProtocolErrorCode.InternalError, `snowpool: ${sentence(error)}`);
    throw error;
  }
}

function sentence(error: { readonly message: string; readonly next: string }): string {
  return error.next === '' ? error.message : `${error.message} ${error.next}`;
}
