/** A sandbox and a daemon for tests of the tools, and short ways to ask. */
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import type { FrontEnd, FrontEndOptions, ToolResult } from '../../support/front-end.ts';
import { type Sandbox, type SandboxSettings, startSandbox } from '../../support/sandbox.ts';
import type { SandboxStatement } from '../../support/sandbox-control.ts';

export interface Stage {
  readonly sandbox: Sandbox;
  readonly daemon: DaemonProcess;
  /** Attaches a client by that name. */
  attach(name: string, options?: AttachOptions): Promise<FrontEnd>;
  /** Asks the account again and again until it has such a statement; rejects after ten seconds. */
  statementWhere(isWanted: (statement: SandboxStatement) => boolean): Promise<SandboxStatement>;
  close(): Promise<void>;
}

export interface AttachOptions extends Partial<Omit<FrontEndOptions, 'environment'>> {
  readonly environment?: Readonly<Record<string, string>>;
}

/** Variables of a client that may write. */
export const mayWrite = { environment: { SNOWPOOL_POLICY: 'read-write' } } as const;

export async function startStage(settings: SandboxSettings = {}): Promise<Stage> {
  const sandbox = await startSandbox(settings);
  const daemon = await startDaemon();
  return {
    sandbox,
    daemon,
    attach: (name, { environment, ...rest } = {}) =>
      daemon.attach({ name, environment: { ...sandbox.environment(), ...environment }, ...rest }),
    async statementWhere(isWanted) {
      const until = performance.now() + 10_000;
      for (;;) {
        const statements = await sandbox.control.statements();
        const found = statements.find(isWanted);
        if (found) return found;
        if (performance.now() > until) throw new Error(`no such statement among ${statements.length}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close() {
      await daemon.dispose();
      await sandbox.stop();
    },
  };
}

/** All texts of a result. */
export function textOf(result: ToolResult): string {
  return result.content.map((part) => part.text).join('\n');
}

/** What a result holds for programs; must be there. */
export function dataOf<T = Readonly<Record<string, unknown>>>(result: ToolResult): T {
  if (!result.structuredContent) throw new Error(`no structured content: ${textOf(result)}`);
  return result.structuredContent as T;
}

/** The error's code of a result that must be one. */
export function errorCode(result: ToolResult): unknown {
  const meta = (result as { readonly _meta?: Readonly<Record<string, { readonly code?: unknown }>> })._meta;
  return result.isError ? meta?.['snowpool/error']?.code : undefined;
}

/** Runs a statement that must succeed. */
export async function run(
  client: FrontEnd,
  query: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<ToolResult> {
  const result = await client.tool('execute_query', { query, ...args });
  if (result.isError) throw new Error(`${query}: ${textOf(result)}`);
  return result;
}
