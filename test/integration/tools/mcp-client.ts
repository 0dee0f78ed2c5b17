/** Real MCP clients on a stage, each with a front-end process of its own. */
import { join } from 'node:path';
import { type Connected, connect, type Generation, type Question, type Reply } from '../../support/mcp.ts';
import { root } from '../../support/root.ts';
import type { Stage } from './stage.ts';

export { generations } from '../../support/mcp.ts';

export interface McpOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** How the person answers; undefined: the client cannot ask. */
  readonly person?: (question: Question) => Reply;
}

/** Connects a client that rejects what does not fit a tool's output schema, as it has seen the schemas. */
export async function connectMcp(stage: Stage, generation: Generation, options: McpOptions = {}): Promise<Connected> {
  const { daemon, sandbox } = stage;
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: daemon.home,
    SNOWPOOL_SOCKET: daemon.socket,
    SNOWPOOL_STATE_DIR: daemon.stateDir,
    ...sandbox.environment(),
    ...options.environment,
  };
  const client = await connect({ dist: join(root, 'dist'), env }, generation, {
    name: 'tools-test',
    args: [],
    ...(options.person ? { person: options.person } : {}),
  });
  await client.tools();
  return client;
}
