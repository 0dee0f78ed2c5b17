/**
 * Folder mcp/: the MCP front-end, or shim. It may import link/ and a little of cli/; cli/commands.ts loads this file when it
 * is called. This file: `snowpool mcp`, MCP on stdin and stdout, forwarded to the daemon (DESIGN §1, §3, §11). stdout is for
 * the protocol alone. Loads the MCP SDK at once and gRPC after the first answer, so that `initialize` waits for neither gRPC
 * nor a daemon.
 */
import './zod-settings.ts';
import type { JSONRPCMessage, Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Arguments } from '../cli/arguments.ts';
import { printable } from '../cli/printable.ts';
import type { Host } from '../host.ts';
import { openInBrowser } from '../link/browser.ts';
import { profileEnvironment } from '../link/environment.ts';
import type { Identity } from '../link/link.ts';
import { daemonPlace } from '../link/place.ts';
import { version } from '../version.ts';
import type { Daemon } from './daemon.ts';
import { clientOf } from './identity.ts';
import { watchLifetime } from './lifetime.ts';
import { createServer } from './server.ts';
import { SignIn } from './sign-in.ts';
import { ToolCalls } from './tool-calls.ts';
import { StdioTransport } from './transport.ts';

/** Leaves the answer to the first message its turn before gRPC is loaded. */
const attachAfterMs = 5;
const idleAfterMs = 3_000;

/** Serves until stdin closes or the parent is gone. */
export async function runShim(args: Arguments, host: Host): Promise<undefined> {
  const { env } = process;
  const signIn = new SignIn((url) => openInBrowser(url, env));
  let client: Identity = { name: 'unknown', version: '' };
  let reached: Daemon | undefined;
  // The SDK may build a second server after its probe; the last one is the one that the client talks to.
  let server: Server | undefined;
  let offeredBy = '';

  let isSparing: Promise<void> | undefined;
  // The SDK's code cache is kept under the flags that the next start begins with, and gRPC's is made and read under those
  // that hold from here: V8 takes none that was made under others.
  const spare = () => {
    host.keepCodeCache();
    return spareMemory();
  };

  const daemon = async (): Promise<Daemon> => {
    isSparing ??= spare();
    await isSparing;
    const { reachDaemon } = await import('./daemon.ts');
    reached ??= reachDaemon(
      {
        place: daemonPlace(env, host.folder),
        hello: {
          pid: process.pid,
          version,
          environment: profileEnvironment(env),
          connections: [...args.texts('connection')],
          sandbox: args.has('sandbox'),
          policy: args.text('policy') ?? '',
        },
        onOpenUrl: (page) => void signIn.show(page),
        onNotice: ({ level, text }) => log(level, text),
        onAttached: ({ welcome: { daemonVersion, problem } }) => {
          // Each call that needs the connection says so as well; here is where a person looks first.
          if (problem !== '') log('warning', problem);
          // Another version of the daemon may offer other tools.
          if (offeredBy !== '' && offeredBy !== daemonVersion) server?.sendToolListChanged().catch(() => {});
          offeredBy = daemonVersion;
        },
      },
      client,
    );
    return reached;
  };

  const attach = async () => {
    try {
      await (await daemon()).attach();
    } catch (error) {
      log('warning', error instanceof Error ? error.message : String(error));
    }
  };

  let isFirst = true;
  const onInbound = (message: JSONRPCMessage) => {
    const said = clientOf(message);
    if (said) {
      client = said;
      reached?.identify(said);
    }
    if (!isFirst) return;
    isFirst = false;
    setTimeout(attach, attachAfterMs);
    setTimeout(() => host.keepCodeCache(), idleAfterMs).unref();
  };

  const transport = new StdioTransport(process.stdin, process.stdout, onInbound);
  const end = () => {
    reached?.close();
    process.exit(0);
  };
  watchLifetime(end);
  const tools = new ToolCalls(daemon, signIn);
  const build = () => {
    server = createServer(daemon, tools);
    return server;
  };
  serveStdio(build, { transport, onerror: (error) => log('warning', error.message) });
  const closed = transport.onclose;
  transport.onclose = () => {
    closed?.();
    end();
  };
  return undefined;
}

/**
 * Has V8 trade speed that a front-end does not need for memory that each of them costs: the space for young objects is not
 * doubled as modules load (3 MB), and the optimizing compiler is kept out until there are some thousand calls (4 MB). Only now,
 * as V8 takes a code cache under the flags it was made with.
 */
async function spareMemory(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  const v8 = Number.parseInt(process.versions.v8, 10);
  // V8 complains on stderr of a flag that it does not know: these are Node 20 to 26.
  if (v8 > 14) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  if (v8 < 12) return setFlagsFromString('--interrupt-budget=1000000');
  setFlagsFromString('--invocation-count-for-maglev=100000');
  setFlagsFromString('--invocation-count-for-turbofan=100000');
}

/** stderr is where MCP clients keep a server's log. */
function log(level: string, text: string): void {
  process.stderr.write(`snowpool ${level}: ${printable(text)}\n`);
}
