/**
 * Starts the real sandbox (dist/sandbox.mjs) as a process on a free port, with its control endpoint on.
 * `const sandbox = await startSandbox(); try { ... } finally { await sandbox.stop(); }`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { SandboxControl } from './sandbox-control.ts';

const PROGRAM = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist/sandbox.mjs');

export interface SandboxSettings {
  /** The one pair that may sign in. Absent: any user, any password. */
  readonly user?: string;
  readonly password?: string;
  /** The contents of an accounts file (docs/sandbox-control.md). */
  readonly accounts?: Readonly<Record<string, unknown>>;
  /** A folder of data files. */
  readonly load?: string;
  readonly port?: number;
  readonly latencyMs?: number;
  readonly loginLatencyMs?: number;
  readonly warehouseResumeMs?: number;
  readonly answerWithinMs?: number;
  /** SNOWFLAKE_SAMPLE_DATA; off unless asked for, which makes the start faster. */
  readonly sampleData?: boolean;
  /** Further arguments, as they are. */
  readonly args?: readonly string[];
  /** What another process must know to become its owner. */
  readonly ownerToken?: string;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly pid: number;
  readonly control: SandboxControl;
  /** Everything that it wrote to stderr so far. */
  stderr(): string;
  /** Options for snowflake-sdk's createConnection; `extra` goes over them. */
  connectionOptions<T extends object = Record<string, never>>(extra?: T): ConnectionOptions & T;
  /** The SNOWFLAKE_* variables by which a snowpool front-end reaches this sandbox. */
  environment(): Record<string, string>;
  /** Resolves with its exit code when it has ended, by whomever; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it as Ctrl-C does and waits for its end; resolves with the exit code. Idempotent. */
  stop(): Promise<number | null>;
}

export interface ConnectionOptions {
  readonly accessUrl: string;
  readonly account: string;
  readonly username: string;
  readonly password: string;
  readonly sfRetryMaxLoginRetries: number;
}

function argumentsOf(settings: SandboxSettings, controlToken: string, accountsFile: string | null): string[] {
  const number = (flag: string, value: number | undefined) => (value === undefined ? [] : [`--${flag}`, String(value)]);
  const text = (flag: string, value: string | undefined) => (value === undefined ? [] : [`--${flag}`, value]);
  return [
    ...['--port', String(settings.port ?? 0), '--control', controlToken],
    // A test that dies without stopping its sandbox leaves none behind.
    ...['--owner-pid', String(process.pid)],
    ...text('user', settings.user),
    ...text('password', settings.password),
    ...text('accounts', accountsFile ?? undefined),
    ...text('load', settings.load),
    ...number('latency-ms', settings.latencyMs),
    ...number('login-latency-ms', settings.loginLatencyMs),
    ...number('warehouse-resume-ms', settings.warehouseResumeMs),
    ...number('answer-within-ms', settings.answerWithinMs),
    ...(settings.sampleData ? [] : ['--no-sample-data']),
    ...(settings.args ?? []),
  ];
}

/** The first line of stdout, or an error with what stderr says. */
async function firstLine(child: ChildProcess, stderr: () => string): Promise<string> {
  if (!child.stdout) throw new Error('the sandbox has no stdout');
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the sandbox ended with code ${code} before it listened: ${stderr()}`);
  });
  const line = await Promise.race([once(lines, 'line').then(([text]) => String(text)), ended]);
  ended.catch(() => undefined);
  return line;
}

/** Starts a sandbox. Rejects with its stderr where it does not come up. */
export async function startSandbox(settings: SandboxSettings = {}): Promise<Sandbox> {
  const folder = settings.accounts ? mkdtempSync(join(tmpdir(), 'snowpool-accounts-')) : null;
  const accountsFile = folder === null ? null : join(folder, 'accounts.json');
  if (accountsFile !== null) writeFileSync(accountsFile, JSON.stringify(settings.accounts));
  const controlToken = randomBytes(12).toString('hex');
  const child = spawn(process.execPath, [PROGRAM, ...argumentsOf(settings, controlToken, accountsFile)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      UV_THREADPOOL_SIZE: '64',
      ...(settings.ownerToken === undefined ? {} : { SNOWPOOL_OWNER_TOKEN: settings.ownerToken }),
    },
  });
  let stderr = '';
  child.stderr.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const exited = once(child, 'exit').then(([code]): number | null => (typeof code === 'number' ? code : null));
  const line = await firstLine(child, () => stderr).finally(() => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  });
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
  if (url === undefined || child.pid === undefined) throw new Error(`the sandbox's first line is '${line}'`);
  // Read on, so that the pipe never fills.
  child.stdout.resume();
  const port = Number(new URL(url).port);
  const user = settings.user ?? 'TESTER';
  const password = settings.password ?? 'secret';
  return {
    url,
    host: '127.0.0.1',
    port,
    pid: child.pid,
    control: new SandboxControl(url, controlToken),
    stderr: () => stderr,
    connectionOptions: <T extends object>(extra?: T) => ({
      accessUrl: url,
      account: 'sandbox',
      username: user,
      password,
      sfRetryMaxLoginRetries: 0,
      ...(extra ?? ({} as T)),
    }),
    environment: () => ({
      SNOWFLAKE_ACCOUNT: 'sandbox',
      SNOWFLAKE_USER: user,
      SNOWFLAKE_PASSWORD: password,
      SNOWFLAKE_HOST: '127.0.0.1',
      SNOWFLAKE_PORT: String(port),
      SNOWFLAKE_PROTOCOL: 'http',
    }),
    ended: exited,
    stop: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return exited;
    },
  };
}
