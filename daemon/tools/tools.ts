/**
 * The tools' layer: MCP's words in, MCP's words out (DESIGN §8). `api/` imports it; it imports the query layer, the
 * clients' contract, errors, clock and log, and knows no gRPC.
 */
import type { AttachedClient } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Queries } from '../query/contract.ts';
import { badArguments } from './bad-arguments.ts';
import { catalogue } from './catalogue.ts';
import { type ConfirmationRequest, Confirmations } from './confirmation.ts';
import { forwarded } from './context/forward.ts';
import { type CallToolResult, failureResult } from './failure.ts';
import { inToolsWords } from './own-words.ts';
import { jsonSchema } from './schemas.ts';
import type { Tool, ToolAnswer, ToolCall } from './tool.ts';

export interface ToolsOptions {
  readonly queries: Queries;
  readonly clock: Clock;
  /** A new UUID. */
  readonly newId: () => string;
  /** Random, of this run of the daemon: signs what travels through clients. */
  readonly signingKey: Uint8Array;
  /** The daemon's state in the words of status.proto. */
  readonly status: () => unknown;
  readonly log: Logger;
}

export interface CallRequest {
  readonly name: string;
  readonly arguments: unknown;
  readonly requestId: string;
  /** The client's MCP capabilities. */
  readonly capabilities: unknown;
  readonly inputResponses?: unknown;
  readonly requestState?: string;
  /** True where this call may have reached a daemon before. */
  readonly resent?: boolean;
  readonly signal: AbortSignal;
  onProgress(progress: { readonly progress: number; readonly total?: number; readonly message: string }): void;
}

export type CallAnswer = { readonly result: CallToolResult } | { readonly inputRequired: ConfirmationRequest };

export interface Tools {
  /** MCP's ListToolsResult for this client. Throws SnowpoolError invalid_argument for a cursor: there is one page. */
  list(client: AttachedClient, cursor: string): { readonly tools: readonly unknown[]; readonly nextCursor?: string };
  /**
   * Runs one tool. Rejects with UnknownTool, or with SnowpoolError draining where this daemon is about to end and nothing
   * ran; all that goes wrong otherwise is a result with `isError`.
   */
  call(client: AttachedClient, request: CallRequest): Promise<CallAnswer>;
  /** Any other MCP request. Rejects with UnknownTool for a method that is not served, with SnowpoolError for one that fails. */
  forward(client: AttachedClient, method: string, params: unknown, signal: AbortSignal): Promise<unknown>;
}

/** A tool or method that there is not. */
export class UnknownTool extends Error {
  override readonly name = 'UnknownTool';
}

/** The tools' layer over the query layer. Nothing is opened: there is nothing to close. */
export function createTools(options: ToolsOptions): Tools {
  const confirmations = new Confirmations(options);
  const byName = new Map(catalogue.map((tool) => [tool.name, declare(tool)]));

  return {
    list(client, cursor) {
      if (cursor !== '')
        throw new SnowpoolError('invalid_argument', 'The list of tools has one page, so there is no cursor into it.');
      return { tools: [...byName.values()].map((declared) => declared.describe(client.connections)) };
    },

    async call(client, request) {
      const declared = byName.get(request.name);
      if (!declared)
        throw new UnknownTool(
          `There is no tool '${request.name.slice(0, 100)}': there are ${[...byName.keys()].join(', ')}.`,
        );
      try {
        return await run(declared.tool, client, request);
      } catch (error) {
        // Nothing ran: the front-end takes the call to the daemon that comes next.
        if (error instanceof SnowpoolError && error.code === 'draining') throw error;
        if (error instanceof SnowpoolError)
          return { result: failureResult(declared.tool.runsGivenText ? error : inToolsWords(error)) };
        options.log.error(
          { err: error, tool: request.name, requestId: request.requestId },
          'a tool failed unexpectedly',
        );
        const failure = new SnowpoolError(
          'internal',
          `The tool ${request.name} failed on the daemon's side.`,
          "The daemon's log has the details.",
          { requestId: request.requestId },
        );
        return { result: failureResult(failure) };
      }
    },

    async forward(client, method, params, signal) {
      const serve = Object.hasOwn(forwarded, method) ? forwarded[method] : undefined;
      if (!serve) throw new UnknownTool(`The method '${method.slice(0, 100)}' is not served.`);
      const call = callOf(client, undefined, {
        requestId: options.newId(),
        tool: method,
        signal,
        progress: () => undefined,
      });
      return await serve(call, params);
    },
  };

  async function run(tool: Tool, client: AttachedClient, request: CallRequest): Promise<CallAnswer> {
    const { connection, args: given } = splitConnection(request.arguments, client.connections);
    const args = withoutOptionalNulls(tool, given);
    const parsed = tool.input.safeParse(args);
    if (!parsed.success) throw badArguments(tool.name, parsed.error, args, Object.keys(tool.input.shape));
    let steps = 0;
    const call = callOf(client, connection, {
      requestId: request.requestId,
      tool: tool.name,
      signal: request.signal,
      isConfirmed: Boolean(request.requestState),
      isResent: request.resent ?? false,
      progress(message) {
        steps += 1;
        request.onProgress({ progress: steps, message });
      },
    });
    const bound = () => {
      const { role, database, schema } = call.attachment.describeContext();
      const choices = call.attachment.choiceCount();
      const context = { choices, ...(role && { role }), ...(database && { database }), ...(schema && { schema }) };
      return { clientId: client.identity.id, tool: tool.name, arguments: request.arguments, context };
    };
    if (request.requestState) confirmations.check(bound(), request.requestState, request.inputResponses);
    const answer = await tool.run(call, args);
    if ('confirm' in answer) return { inputRequired: confirmations.ask(bound(), answer.confirm, request.capabilities) };
    return { result: checked(tool, answer) };
  }

  function callOf(
    client: AttachedClient,
    connection: string | undefined,
    own: Pick<ToolCall, 'requestId' | 'tool' | 'signal' | 'progress'> &
      Partial<Pick<ToolCall, 'isConfirmed' | 'isResent'>>,
  ): ToolCall {
    const { queries, clock, newId, status } = options;
    return {
      client,
      // Only what needs the account fails where a profile cannot be resolved; the state of the pool can be told all the same.
      get attachment() {
        return client.attachment(connection);
      },
      get connectionToName() {
        return client.connections.length > 1 ? (connection ?? client.connections[0]) : undefined;
      },
      queries,
      clock,
      newId,
      status,
      isConfirmed: false,
      isResent: false,
      ...own,
    };
  }

  /** The daemon holds itself to what it declares: a v2 client rejects a result that does not fit. */
  function checked(tool: Tool, answer: Exclude<ToolAnswer, { confirm: unknown }>): CallToolResult {
    const fits = tool.output.safeParse(answer.structured);
    if (!fits.success) throw fits.error;
    return {
      content: answer.texts.filter((text) => text !== '').map((text) => ({ type: 'text', text })),
      structuredContent: answer.structured,
    };
  }
}

interface DeclaredTool {
  readonly tool: Tool;
  describe(connections: readonly string[]): unknown;
}

function declare(tool: Tool): DeclaredTool {
  const inputSchema = jsonSchema(tool.input, 'input');
  const outputSchema = jsonSchema(tool.output, 'output');
  const { name, title, description, annotations } = tool;
  return {
    tool,
    describe: (connections) => ({
      name,
      title,
      description,
      inputSchema: connections.length > 1 ? withConnection(inputSchema, connections) : inputSchema,
      outputSchema,
      annotations: { title, ...annotations },
    }),
  };
}

function withConnection(schema: Record<string, unknown>, connections: readonly string[]): Record<string, unknown> {
  const connection = {
    type: 'string',
    enum: connections,
    description: `Which Snowflake connection to use (default ${connections[0]}).`,
  };
  const properties = typeof schema.properties === 'object' ? schema.properties : {};
  return { ...schema, properties: { ...properties, connection } };
}

/** Models write null for what they leave out; a required argument that is null stays a mistake. */
function withoutOptionalNulls({ input }: Tool, args: unknown): unknown {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return args;
  const isLeftOut = ([name, value]: [string, unknown]) =>
    value === null && Object.hasOwn(input.shape, name) && input.shape[name]?.safeParse(undefined).success === true;
  return Object.fromEntries(Object.entries(args).filter((argument) => !isLeftOut(argument)));
}

/** Takes `connection` off the arguments where the client has several; its own error names those there are. */
function splitConnection(
  given: unknown,
  connections: readonly string[],
): { readonly connection: string | undefined; readonly args: unknown } {
  const args = given ?? {};
  if (connections.length < 2 || typeof args !== 'object' || Array.isArray(args)) return { connection: undefined, args };
  const { connection, ...rest } = args as Record<string, unknown>;
  if (connection === undefined || connection === null) return { connection: undefined, args: rest };
  if (typeof connection === 'string') return { connection, args: rest };
  throw new SnowpoolError('invalid_argument', `The argument connection must be one of ${connections.join(', ')}.`);
}
