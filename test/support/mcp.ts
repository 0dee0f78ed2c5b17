/** Real MCP clients, each with a front-end process of its own over stdio, as Claude Code or Cursor would start it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client as NewClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as NewTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ToolResult } from './front-end.ts';
import type { Machine } from './machine.ts';

/** The SDK's first generation, its second speaking the older protocol, and its second speaking 2026-07-28. */
export const generations = ['v1', 'v2 legacy', 'v2 2026-07-28'] as const;
export type Generation = (typeof generations)[number];

/** What the server asks of the person. */
export interface Question {
  readonly message: string;
  readonly mode?: string;
  readonly url?: string;
}
export interface Reply {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Record<string, boolean>;
}

export interface ClientOptions {
  readonly name?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** How the person answers; undefined: the client cannot ask. */
  readonly person?: (question: Question) => Reply | Promise<Reply>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { progress: number; message?: string | undefined }) => void;
}

/** A connected MCP client of any generation. */
export interface Connected {
  /** The front-end's process id. */
  readonly pid: number;
  tools(): Promise<readonly { readonly name: string; readonly outputSchema?: unknown }[]>;
  call(name: string, args?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<ToolResult>;
  /** Any other request that a client can make. Rejects as the client does. */
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** Runs a statement and gives its rows. Throws the text of an error result. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** What the front-end wrote to stderr so far. */
  stderr(): string;
  close(): Promise<void>;
}

/** Starts a front-end on the machine and connects a client to it. */
export async function connect(
  machine: Pick<Machine, 'dist' | 'env'>,
  generation: Generation,
  options: ClientOptions = {},
): Promise<Connected> {
  const spawned = {
    command: process.execPath,
    args: [join(machine.dist, 'snowpool.cjs'), 'mcp', ...(options.args ?? ['--sandbox'])],
    env: { ...machine.env, ...options.env },
    stderr: 'pipe' as const,
  };
  const client =
    generation === 'v1' ? await connectOld(spawned, options) : await connectNew(spawned, generation, options);
  return {
    ...client,
    async rows(sql) {
      const result = await client.call('execute_query', { query: sql });
      if (result.isError) throw new Error(textOf(result));
      return result.structuredContent?.rows as readonly (readonly unknown[])[];
    },
  };
}

type Spawned = ConstructorParameters<typeof OldTransport>[0];
type Bare = Omit<Connected, 'rows'>;

async function connectOld(spawned: Spawned, { name = 'old-client', person }: ClientOptions): Promise<Bare> {
  const client = new OldClient(
    { name, version: '1.0.0' },
    { capabilities: person ? { elicitation: { form: {}, url: {} } } : {} },
  );
  if (person) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => ({ ...(await person(params as Question)) }));
  }
  const transport = new OldTransport(spawned);
  const stderr = collected(transport.stderr);
  await client.connect(transport);
  return {
    pid: transport.pid ?? -1,
    tools: async () => (await client.listTools()).tools,
    call: async (tool, args = {}, { signal, onProgress } = {}) =>
      (await client.callTool({ name: tool, arguments: { ...args } }, undefined, {
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onprogress: onProgress } : {}),
      })) as unknown as ToolResult,
    request: requestsOf(client),
    stderr,
    close: () => client.close(),
  };
}

async function connectNew(
  spawned: Spawned,
  generation: Generation,
  { name = 'new-client', person }: ClientOptions,
): Promise<Bare> {
  const client = new NewClient(
    { name, version: '2.0.0' },
    {
      capabilities: person ? { elicitation: { form: {}, url: {} } } : {},
      versionNegotiation: { mode: generation === 'v2 legacy' ? 'legacy' : 'auto' },
    },
  );
  if (person) {
    client.setRequestHandler('elicitation/create', async ({ params }) => ({ ...(await person(params as Question)) }));
  }
  const transport = new NewTransport(spawned);
  const stderr = collected(transport.stderr);
  await client.connect(transport);
  return {
    pid: transport.pid ?? -1,
    tools: async () => (await client.listTools()).tools,
    call: async (tool, args = {}, { signal, onProgress } = {}) =>
      (await client.callTool(
        { name: tool, arguments: { ...args } },
        { ...(signal ? { signal } : {}), ...(onProgress ? { onprogress: onProgress } : {}) },
      )) as unknown as ToolResult,
    request: requestsOf(client),
    stderr,
    close: () => client.close(),
  };
}

/** The requests that both generations' clients have, by MCP's names. `resources/list` gives all pages. */
function requestsOf(client: OldClient | NewClient): Connected['request'] {
  return async (method, params) => {
    switch (method) {
      case 'prompts/list':
        return client.listPrompts();
      case 'prompts/get':
        return client.getPrompt(params as Parameters<typeof client.getPrompt>[0]);
      case 'resources/list': {
        const resources = [];
        for (let cursor: string | undefined; ; ) {
          const page = await client.listResources(cursor === undefined ? {} : { cursor });
          resources.push(...page.resources);
          if (page.nextCursor === undefined || page.nextCursor === cursor) return { resources };
          cursor = page.nextCursor;
        }
      }
      case 'resources/templates/list':
        return client.listResourceTemplates();
      case 'resources/read':
        return client.readResource(params as Parameters<typeof client.readResource>[0]);
      case 'completion/complete':
        return client.complete(params as Parameters<typeof client.complete>[0]);
      default:
        throw new Error(`no client has a method for ${method}`);
    }
  };
}

function collected(stream: unknown): () => string {
  let text = '';
  (stream as NodeJS.ReadableStream | null)?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

/** All texts of a result. */
export function textOf(result: ToolResult): string {
  return result.content.map((part) => part.text).join('\n');
}

/** A JSON-RPC message as it stands on the line. */
export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A front-end spoken to line by line, for what no proper client would send. */
export interface RawFrontEnd {
  readonly child: ChildProcess;
  /** Everything that came on stdout, a message a line. */
  readonly messages: readonly Message[];
  write(text: string): void;
  send(message: Readonly<Record<string, unknown>>): void;
  /** The first message that is as wanted, now or later. */
  received(isWanted: (message: Message) => boolean): Promise<Message>;
  /** Sends a request and resolves with its answer. */
  ask(method: string, params?: Readonly<Record<string, unknown>>): Promise<Message>;
  readonly exited: Promise<number | null>;
}

/** Starts a front-end without a client. */
export function startRaw(machine: Machine, args: readonly string[] = ['--sandbox']): RawFrontEnd {
  const child = spawn(process.execPath, [join(machine.dist, 'snowpool.cjs'), 'mcp', ...args], {
    env: machine.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    messages.push(JSON.parse(line));
    for (const look of [...waiting]) look();
  });
  const received: RawFrontEnd['received'] = (isWanted) =>
    new Promise((resolve) => {
      const look = () => {
        const found = messages.find(isWanted);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  let id = 0;
  const send = (message: Readonly<Record<string, unknown>>) =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  return {
    child,
    messages,
    write: (text) => void child.stdin.write(text),
    send,
    received,
    ask(method, params = {}) {
      id += 1;
      const own = `ask-${id}`;
      send({ id: own, method, params });
      return received((message) => message.id === own);
    },
    exited: new Promise((resolve) => child.once('exit', (code) => resolve(code))),
  };
}

/** `initialize`'s params of an ordinary client. */
export const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
