/**
 * `snowpool sandbox`: an account in a box. One process, plain HTTP on 127.0.0.1, the drivers' protocol in front, DuckDB
 * behind. This file composes: options, clock, who may sign in, statements, SQL, faults, server. Imported by nobody.
 */

import { type Admitted, connectHelp } from './connect-help.ts';
import type { Engine } from './engine.ts';
import { createEngineHost } from './engine-host.ts';
import { controlRoutes } from './faults/control-routes.ts';
import { Counters } from './faults/counters.ts';
import { FaultGate } from './faults/fault-gate.ts';
import { FaultPlan } from './faults/fault-plan.ts';
import { browserRoutes } from './http/browser-routes.ts';
import { identifier } from './http/identify.ts';
import { plainRoutes } from './http/plain-routes.ts';
import { queryRoutes } from './http/query-routes.ts';
import { SandboxServer } from './http/server.ts';
import { sessionRoutes } from './http/session-routes.ts';
import { stageRoutes } from './http/stage-routes.ts';
import { readOptions, type SandboxOptions, USAGE, UsageError } from './options.ts';
import { Owner } from './owner.ts';
import { PartStore } from './results/part-store.ts';
import { ResultStore } from './results/result-store.ts';
import { readAccountsFile, userSchema } from './sessions/accounts-file.ts';
import { BrowserLogins } from './sessions/browser-logins.ts';
import { SandboxClock } from './sessions/clock.ts';
import { Directory } from './sessions/directory.ts';
import { Lockout } from './sessions/lockout.ts';
import { LoginFailures } from './sessions/login-failures.ts';
import { Pushes } from './sessions/push.ts';
import { SessionRegistry } from './sessions/session-registry.ts';
import { SignIn } from './sessions/sign-in.ts';
import { SilentTokens } from './sessions/silent-tokens.ts';
import { createEngine } from './sql/engine.ts';
import { History } from './statements/history.ts';
import { Runner } from './statements/run.ts';
import { StageGrants } from './statements/stage-grants.ts';
import { StatementRegistry } from './statements/statement-registry.ts';

/** Memory for results; beyond it they go to files. */
const RESULT_MEMORY_BYTES = 64 * 1024 * 1024;

/** An end that takes longer is forced. */
const LONGEST_CLOSE_MS = 15_000;

/** A running sandbox. */
interface Sandbox {
  readonly port: number;
  /** An account name that it answers. */
  readonly account: string;
  readonly admitted: Admitted;
  close(): Promise<void>;
}

async function start(options: SandboxOptions, onOwnerGone: (pid: number) => void): Promise<Sandbox> {
  const clock = new SandboxClock();
  const now = () => clock.now();
  const directory = new Directory(now);
  const accounts = options.accountsFile === null ? null : readAccountsFile(options.accountsFile);
  if (accounts) directory.load(accounts);
  if (options.user !== null) {
    directory.set(userSchema.parse({ name: options.user, password: options.password }));
    directory.switches = { ...directory.switches, takesAnyUser: false };
  }

  const results = new ResultStore(now, new PartStore(RESULT_MEMORY_BYTES));
  const statements = new StatementRegistry(clock, new History(), new Runner(clock, results));
  const lives = {
    sessionMs: (accounts?.session_seconds ?? 3_600) * 1000,
    masterMs: (accounts?.master_seconds ?? 14_400) * 1000,
  };
  const sessions = new SessionRegistry(clock, lives, async (session) => {
    await statements.release(session.id);
    // Whoever ended the session is not to be told of a fault of the SQL side.
    await session.engine.close().catch((error: unknown) => console.error(error));
  });
  const failures = new LoginFailures(now);
  const host = createEngineHost({ clock, directory, sessions, statements, results, failures });
  const engine: Engine = await createEngine(host, {
    sampleData: options.hasSampleData,
    ...(options.load === null ? {} : { load: options.load }),
    ...(options.memoryLimitMb === null ? {} : { memoryLimitMb: options.memoryLimitMb }),
    ...(options.warehouseResumeMs === null ? {} : { warehouseResumeMs: options.warehouseResumeMs }),
  });

  engine.defineRoles(directory.all().flatMap(({ roles }) => roles));

  const lockout = new Lockout(now);
  const pushes = new Pushes(clock);
  const silentTokens = new SilentTokens(now);
  const browserLogins = new BrowserLogins(now);
  const signIn = new SignIn({ clock, directory, lockout, pushes, silentTokens, browserLogins, failures });
  const stageGrants = new StageGrants(now);
  const counters = new Counters();
  const plan = new FaultPlan(Math.random);
  const latency = { everyMs: options.latencyMs, loginMs: options.loginLatencyMs };
  const timing = { answerWithinMs: options.answerWithinMs };
  const owner = options.ownerPid === null ? null : new Owner(options.ownerPid, options.ownerToken, onOwnerGone);
  const control = options.controlToken;
  const server = new SandboxServer(
    [
      ...sessionRoutes({ clock, engine, sessions, signIn, counters }),
      ...queryRoutes({ clock, sessions, statements, results, stageGrants, timing }),
      ...stageRoutes(stageGrants),
      ...browserRoutes({ directory, browserLogins, lockout }),
      ...plainRoutes(),
      ...(owner ? [owner.route()] : []),
      ...(control === null
        ? []
        : controlRoutes({
            token: control,
            clock,
            engine,
            directory,
            lockout,
            pushes,
            silentTokens,
            failures,
            sessions,
            statements,
            results,
            plan,
            latency,
            timing,
            counters,
          })),
    ],
    new FaultGate(plan, latency, identifier(sessions), sessions, Math.random),
    (endpoint, status) => counters.request(endpoint, status),
    (error) => console.error(error),
    options.ownerToken !== null,
  );
  process.on('exit', () => results.parts.close());
  const port = await server.listen(options.port);
  return {
    port,
    account: accounts?.accounts?.[0] ?? 'sandbox',
    admitted: admittedBy(options, directory),
    async close() {
      owner?.close();
      await server.close();
      await sessions.close();
      await engine.close();
      results.parts.close();
    },
  };
}

function admittedBy({ user, accountsFile: file }: SandboxOptions, directory: Directory): Admitted {
  if (directory.switches.takesAnyUser) return { kind: 'anybody' };
  const users = directory.all().map(({ name }) => name);
  if (file !== null) return { kind: 'listed', file, users };
  return user === null ? { kind: 'anybody' } : { kind: 'pair', user };
}

/** Errors that a person can mend: a line on stderr, no stack. */
function explain(error: unknown, options: SandboxOptions | null): { readonly line: string; readonly exitCode: number } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const message = error instanceof Error ? error.message.replace(/\s*\n\s*/g, ' ') : String(error);
  if (code === 'EADDRINUSE')
    return {
      line: `port ${options?.port} on 127.0.0.1 is taken: choose another with --port, or 0 for any free one`,
      exitCode: 1,
    };
  if (code === 'EACCES' && options)
    return {
      line: `port ${options.port} may not be used by this user: choose one above 1023 with --port`,
      exitCode: 1,
    };
  return { line: message, exitCode: 2 };
}

async function main(): Promise<void> {
  let options: SandboxOptions | null = null;
  try {
    const read = readOptions(process.argv.slice(2), process.env);
    if (read === 'help') {
      process.stdout.write(USAGE);
      return;
    }
    options = read;
    // A fault of one statement must not take the other sessions with it.
    process.on('unhandledRejection', (error) => console.error(error));
    let stop: (why: string) => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = () => resolve();
    });
    const sandbox = await start(options, () => stop('the owner has gone'));
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(signal));
    // Nobody may be reading any more: the daemon that started it may have been killed.
    process.stdout.on('error', () => undefined);
    process.stderr.on('error', () => undefined);
    const { port, account, admitted } = sandbox;
    process.stdout.write(`listening on http://127.0.0.1:${port}\n\n${connectHelp(port, account, admitted)}`);
    await stopped;
    setTimeout(() => process.exit(1), LONGEST_CLOSE_MS).unref();
    await sandbox.close();
  } catch (error) {
    const { line, exitCode } = explain(error, options);
    process.stderr.write(`snowpool sandbox: ${line}\n`);
    if (!(error instanceof UsageError) && process.env.SNOWPOOL_LOG_LEVEL === 'debug') console.error(error);
    process.exitCode = exitCode;
  }
  process.exit();
}

await main();
