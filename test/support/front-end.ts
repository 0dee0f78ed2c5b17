import { randomUUID } from 'node:crypto';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import { loadContract } from '../../proto/contract.ts';
import type { AttachEvent__Output } from '../../proto/generated/snowpool/v1/AttachEvent.ts';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';

export interface FrontEndOptions {
  readonly name?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly connections?: readonly string[];
  readonly sandbox?: boolean;
  readonly policy?: string;
  readonly contexts?: Readonly<Record<string, Uint8Array>>;
  readonly capabilities?: unknown;
  readonly home?: string;
}

/** MCP's CallToolResult as a test reads it. */
export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
}

export type CallAnswer =
  | { readonly result: ToolResult }
  | {
      readonly inputRequired: {
        readonly inputRequests: Readonly<Record<string, unknown>>;
        readonly requestState: string;
      };
    };

/** A front-end without MCP around it: attaches over gRPC and calls tools. */
export interface FrontEnd {
  readonly clientId: string;
  readonly connections: readonly string[];
  readonly problem: string;
  /** The newest saved context by connection. */
  readonly contexts: Readonly<Record<string, Uint8Array>>;
  readonly events: readonly AttachEvent__Output[];
  /** Calls a tool; rejects with the gRPC error. */
  call(name: string, args?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<CallAnswer>;
  /** Calls a tool that must answer with a result. */
  tool(name: string, args?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<ToolResult>;
  /** Runs a statement through execute_query and gives its rows as structured content has them. */
  rows(sql: string, args?: Readonly<Record<string, unknown>>): Promise<readonly (readonly unknown[])[]>;
  tools(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  forward(method: string, params: unknown): Promise<unknown>;
  status(): Promise<DaemonStatus__Output>;
  reconnect(): Promise<readonly string[]>;
  reload(): Promise<readonly string[]>;
  /** Resolves when the Attach stream has ended, from whichever side. */
  readonly ended: Promise<void>;
  /** Ends the Attach stream; the daemon takes that as the client's end. */
  close(): void;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
  readonly inputResponses?: unknown;
  readonly requestState?: string;
  readonly requestId?: string;
  /** As a front-end marks a call that may have reached a daemon before. */
  readonly resent?: boolean;
}

/** Attaches to the daemon on `socket`. */
export async function attachFrontEnd(socket: string, options: FrontEndOptions): Promise<FrontEnd> {
  const contract = loadContract();
  const address = `unix:${socket}`;
  const limits = { 'grpc.max_receive_message_length': 64 * 1024 * 1024 };
  const insecure = credentials.createInsecure();
  const clients = new contract.Clients(address, insecure, limits);
  const tools = new contract.Tools(address, insecure, limits);
  const status = new contract.Status(address, insecure, limits);
  const admin = new contract.Admin(address, insecure, limits);
  const stream = clients.attach();
  const events: AttachEvent__Output[] = [];
  const contexts: Record<string, Uint8Array> = { ...options.contexts };
  stream.write({
    hello: {
      identity: { name: options.name ?? 'test', version: '1' },
      pid: process.pid,
      version: '0.1.0',
      environment: { ...(options.home ? { HOME: options.home } : {}), ...options.environment },
      connections: [...(options.connections ?? [])],
      sandbox: options.sandbox ?? false,
      policy: options.policy ?? '',
      contexts: Object.fromEntries(Object.entries(contexts).map(([name, value]) => [name, Buffer.from(value)])),
    },
  });
  const attached = await new Promise<NonNullable<AttachEvent__Output['attached']>>((resolve, reject) => {
    stream.on('data', (event: AttachEvent__Output) => {
      events.push(event);
      if (event.context) contexts[event.context.connection] = event.context.context;
      if (event.attached) resolve(event.attached);
    });
    stream.on('error', reject);
  });
  stream.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    stream.once('end', resolve);
    stream.once('error', () => resolve());
  });

  const call: FrontEnd['call'] = (name, args = {}, callOptions = {}) =>
    new Promise((resolve, reject) => {
      const answers = tools.call({
        clientId: attached.clientId,
        requestId: callOptions.requestId ?? randomUUID(),
        name,
        argumentsJson: JSON.stringify(args),
        capabilitiesJson: JSON.stringify(options.capabilities ?? {}),
        inputResponsesJson: callOptions.inputResponses === undefined ? '' : JSON.stringify(callOptions.inputResponses),
        requestState: callOptions.requestState ?? '',
        wantsProgress: callOptions.onProgress !== undefined,
        resent: callOptions.resent ?? false,
      });
      callOptions.signal?.addEventListener('abort', () => answers.cancel(), { once: true });
      let answer: CallAnswer | undefined;
      answers.on('data', (event) => {
        if (event.progress) callOptions.onProgress?.(event.progress.message);
        else if (event.event === 'resultJson') answer = { result: JSON.parse(event.resultJson ?? '{}') };
        else if (event.inputRequired) {
          answer = {
            inputRequired: {
              inputRequests: JSON.parse(event.inputRequired.inputRequestsJson),
              requestState: event.inputRequired.requestState,
            },
          };
        }
      });
      answers.on('error', reject);
      answers.on('end', () => {
        if (answer) resolve(answer);
      });
    });
  const unary = <T>(start: (callback: (error: ServiceError | null, value?: T) => void) => void): Promise<T> =>
    new Promise((resolve, reject) =>
      start((error, value) =>
        error || value === undefined ? reject(error ?? new Error('no answer')) : resolve(value),
      ),
    );

  const frontEnd: FrontEnd = {
    clientId: attached.clientId,
    connections: attached.connections,
    problem: attached.problem,
    contexts,
    events,
    ended,
    call,
    async tool(name, args, callOptions) {
      const answer = await call(name, args, callOptions);
      if ('result' in answer) return answer.result;
      throw new Error(`${name} asked for input instead of answering`);
    },
    async rows(sql, args = {}) {
      const result = await frontEnd.tool('execute_query', { query: sql, ...args });
      if (result.isError) throw new Error(result.content.map((part) => part.text).join('\n'));
      return result.structuredContent?.rows as readonly (readonly unknown[])[];
    },
    async tools() {
      const answer = await unary<{ resultJson: string }>((callback) =>
        tools.list({ clientId: attached.clientId, cursor: '' }, callback),
      );
      return JSON.parse(answer.resultJson).tools;
    },
    async forward(method, params) {
      const answer = await unary<{ resultJson: string }>((callback) =>
        tools.forward({ clientId: attached.clientId, method, paramsJson: JSON.stringify(params) }, callback),
      );
      return JSON.parse(answer.resultJson);
    },
    status: () => unary<DaemonStatus__Output>((callback) => status.get({}, callback)),
    reconnect: async () => (await unary<{ results: string[] }>((callback) => admin.reconnect({}, callback))).results,
    reload: async () => (await unary<{ changes: string[] }>((callback) => admin.reload({}, callback))).changes,
    close() {
      stream.end();
      stream.cancel();
      for (const client of [clients, tools, status, admin]) client.close();
    },
  };
  return frontEnd;
}
