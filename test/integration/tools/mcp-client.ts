/** Real MCP clients of both generations, each with a front-end process of its own over stdio. */
import { join } from 'node:path';
import { Client as NewClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as NewTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ToolResult } from '../../support/front-end.ts';
import { root } from '../../support/root.ts';
import type { Stage } from './stage.ts';

export interface McpClient {
  /** Rejects where the client itself rejects the answer: a result that does not fit its output schema. */
  tool(name: string, args?: Readonly<Record<string, unknown>>): Promise<ToolResult>;
  tools(): Promise<readonly { readonly name: string; readonly outputSchema?: unknown }[]>;
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export type Answer = { readonly action: 'accept' | 'decline'; readonly content?: Record<string, boolean> };

export interface McpOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** How the person answers; undefined: the client cannot ask. */
  readonly person?: (message: string) => Answer;
}

/** The SDK's first generation (protocol 2025-11-25 and before), its second before and since 2026-07-28. */
export const generations = ['v1', 'v2', 'v2, 2026-07-28'] as const;
export type Generation = (typeof generations)[number];

const info = { name: 'tools-test', version: '1.0.0' };

export async function connectMcp(stage: Stage, generation: Generation, options: McpOptions = {}): Promise<McpClient> {
  const spawned = {
    command: process.execPath,
    args: [join(root, 'dist', 'snowpool.cjs'), 'mcp'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: stage.daemon.home,
      SNOWPOOL_SOCKET: stage.daemon.socket,
      SNOWPOOL_STATE_DIR: stage.daemon.stateDir,
      ...stage.sandbox.environment(),
      ...options.environment,
    },
    stderr: 'ignore' as const,
  };
  return generation === 'v1' ? connectOld(spawned, options) : connectNew(spawned, generation, options);
}

type Spawned = ConstructorParameters<typeof OldTransport>[0];

async function connectOld(spawned: Spawned, { person }: McpOptions): Promise<McpClient> {
  const client = new OldClient(info, { capabilities: person ? { elicitation: {} } : {} });
  if (person) client.setRequestHandler(ElicitRequestSchema, (request) => person(request.params.message));
  await client.connect(new OldTransport(spawned));
  // Its validators are made when it has seen the schemas.
  await client.listTools();
  return {
    tool: async (name, args = {}) => (await client.callTool({ name, arguments: { ...args } })) as unknown as ToolResult,
    tools: async () => (await client.listTools()).tools,
    async request(method, params) {
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
            cursor = page.nextCursor;
            if (cursor === undefined) return { resources };
          }
        }
        case 'resources/templates/list':
          return client.listResourceTemplates();
        case 'resources/read':
          return client.readResource(params as Parameters<typeof client.readResource>[0]);
        default:
          return client.complete(params as Parameters<typeof client.complete>[0]);
      }
    },
    close: () => client.close(),
  };
}

async function connectNew(spawned: Spawned, generation: Generation, { person }: McpOptions): Promise<McpClient> {
  const client = new NewClient(info, {
    capabilities: person ? { elicitation: {} } : {},
    versionNegotiation: { mode: generation === 'v2' ? 'legacy' : 'auto' },
  });
  if (person) client.setRequestHandler('elicitation/create', (request) => person(request.params.message));
  await client.connect(new NewTransport(spawned));
  await client.listTools();
  return {
    tool: async (name, args = {}) => (await client.callTool({ name, arguments: { ...args } })) as unknown as ToolResult,
    tools: async () => (await client.listTools()).tools,
    async request(method, params) {
      switch (method) {
        case 'prompts/list':
          return client.listPrompts();
        case 'prompts/get':
          return client.getPrompt(params as Parameters<typeof client.getPrompt>[0]);
        case 'resources/list':
          return client.listResources();
        case 'resources/templates/list':
          return client.listResourceTemplates();
        case 'resources/read':
          return client.readResource(params as Parameters<typeof client.readResource>[0]);
        default:
          return client.complete(params as Parameters<typeof client.complete>[0]);
      }
    },
    close: () => client.close(),
  };
}
