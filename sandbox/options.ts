/** The sandbox's command line. */
import { parseArgs } from 'node:util';

export interface SandboxOptions {
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  readonly accountsFile: string | null;
  readonly load: string | null;
  readonly latencyMs: number;
  readonly loginLatencyMs: number;
  readonly warehouseResumeMs: number | null;
  readonly memoryLimitMb: number | null;
  readonly answerWithinMs: number;
  readonly controlToken: string | null;
  readonly ownerPid: number | null;
  readonly ownerToken: string | null;
  readonly hasSampleData: boolean;
}

const FLAGS = {
  port: { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  accounts: { type: 'string' },
  load: { type: 'string' },
  'latency-ms': { type: 'string' },
  'login-latency-ms': { type: 'string' },
  'warehouse-resume-ms': { type: 'string' },
  'memory-limit-mb': { type: 'string' },
  'answer-within-ms': { type: 'string' },
  control: { type: 'string' },
  'owner-pid': { type: 'string' },
  'no-sample-data': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const USAGE = `snowpool sandbox: an account in a box, on 127.0.0.1, for the official Snowflake drivers

  --port N                 listen there (0 to 65535; default 0: any free port)
  --user U --password P    the one pair that may sign in (default: any user, any password)
  --accounts FILE          users, keys and roles from a TOML or JSON file
  --load DIR               load a folder of CSV, Parquet and JSON files as tables
  --latency-ms N           delay every answer
  --login-latency-ms N     delay logins by so much more
  --warehouse-resume-ms N  how long a suspended warehouse takes to start
  --memory-limit-mb N      memory that queries may take
  --answer-within-ms N     answer "still running" after so long (default 45000)
  --control TOKEN          open the control endpoint (docs/sandbox-control.md) to requests with this token
  --owner-pid N            end when this process has gone
                           (SNOWPOOL_OWNER_TOKEN in the environment lets another process become the owner,
                           POST /sandbox/owner {"pid", "token"}, and keeps other users of the machine out)
  --no-sample-data         without SNOWFLAKE_SAMPLE_DATA
`;

/** A command line that cannot be run; its message is one line that names the flag, the value and what is allowed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the arguments after the script's name; `help` where that was asked for. Throws a UsageError. The owner's token comes
 * from the environment, which only the same user can read; a command line is for everybody to see.
 */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): SandboxOptions | 'help' {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    // parseArgs advises on a dash at a value's beginning; no value of ours has one.
    const [, flag, fault] = /^Option '(--[\w-]+).*' argument (is ambiguous|missing)/.exec(reason) ?? [];
    if (flag) {
      const next = fault === 'missing' ? undefined : args[args.indexOf(flag) + 1];
      throw new UsageError(`${flag} needs a value${next === undefined ? '' : `, and '${next}' is none`}`, { cause });
    }
    throw new UsageError(
      `${reason.split('. ')[0]}. Allowed: ${Object.keys(FLAGS)
        .map((flag) => `--${flag}`)
        .join(', ')}`,
      { cause },
    );
  }
  if (values.help) return 'help';
  const whole = (flag: keyof typeof FLAGS & keyof typeof values, lowest: number, highest: number): number | null => {
    const text = values[flag];
    if (text === undefined) return null;
    const value = Number(text);
    if (String(text).trim() !== '' && Number.isInteger(value) && value >= lowest && value <= highest) return value;
    throw new UsageError(`--${flag} '${text}' is not allowed: a whole number from ${lowest} to ${highest}`);
  };
  const text = (flag: 'user' | 'password' | 'accounts' | 'load' | 'control'): string | null => {
    const value = values[flag];
    if (value === '') throw new UsageError(`--${flag} is empty: it needs a value`);
    return value ?? null;
  };
  const user = text('user');
  const password = text('password');
  if ((user === null) !== (password === null)) {
    throw new UsageError(
      `--${user === null ? 'password' : 'user'} needs --${user === null ? 'user' : 'password'} beside it`,
    );
  }
  const day = 86_400_000;
  return {
    port: whole('port', 0, 65_535) ?? 0,
    user,
    password,
    accountsFile: text('accounts'),
    load: text('load'),
    latencyMs: whole('latency-ms', 0, day) ?? 0,
    loginLatencyMs: whole('login-latency-ms', 0, day) ?? 0,
    warehouseResumeMs: whole('warehouse-resume-ms', 0, day),
    memoryLimitMb: whole('memory-limit-mb', 64, 1_000_000),
    answerWithinMs: whole('answer-within-ms', 0, day) ?? 45_000,
    controlToken: text('control'),
    ownerPid: whole('owner-pid', 1, 2 ** 31),
    ownerToken: env.SNOWPOOL_OWNER_TOKEN || null,
    hasSampleData: !values['no-sample-data'],
  };
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
}
