import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, startMachine } from '../../support/machine.ts';
import { root } from '../../support/root.ts';

let machine: Machine;

beforeAll(() => {
  machine = startMachine();
});
afterAll(() => machine.dispose());

describe('a wrong command line', () => {
  it.each([
    [['frobnicate'], /does not know the command 'frobnicate': commands are mcp, daemon, status/],
    [['pool-statu'], /does not know the command 'pool-statu': .*sandbox\.$/m],
    [['quer'], /does not know the command 'quer': .* Did you mean query\?/],
    [['stpo'], /Did you mean stop\?/],
    [['query', '--sanbox', 'SELECT 1'], /does not know --sanbox: .* Did you mean --sandbox\?/],
    [['--frobnicate'], /does not know the flag '--frobnicate'/],
    [['status', '--frobnicate'], /status does not know --frobnicate: allowed are --json and --watch\./],
    [['status', 'now'], /takes no argument 'now'/],
    [['status', '--json=yes'], /--json takes no value/],
    [['query', '--format', 'xml', 'SELECT 1'], /--format 'xml' is not known: allowed are table, csv, json and ndjson/],
    [['query', '--connection'], /--connection needs a value: --connection NAME/],
    [
      ['mcp', '--policy', 'anything'],
      /--policy 'anything' is not known: allowed are read-only, confirm and read-write/,
    ],
    [['query'], /needs a statement/],
    [['service'], /snowpool service needs one of install, uninstall and status/],
    [['query', ''], /The statement is empty/],
    [['query', 'SELECT', '1'], /put the statement into quotes/],
    [['service', 'frob'], /allowed are install, uninstall and status/],
    [['daemon', '--frobnicate'], /^snowpool daemon: Unknown option '--frobnicate'\. Allowed are --started-by/],
    [['sandbox', '--latency-ms', '-1'], /^snowpool sandbox: --latency-ms needs a value, and '-1' is none$/m],
  ])('%j ends with exit code 2 and one sentence that says what is allowed', async (args, sentence) => {
    const { code, stdout, stderr } = await machine.run(args);
    expect(stderr).toMatch(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

it('--version says the version, --help what there is', async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect((await machine.run(['--version'])).stdout).toBe(`${version}\n`);
  expect((await machine.run(['--help'])).stdout).toMatch(/Usage: snowpool COMMAND/);
});

it.each(['mcp', 'daemon', 'status', 'query', 'stop', 'reload', 'reconnect', 'doctor', 'service', 'sandbox'])(
  'snowpool %s --help says what the command does, and each flag that its usage names',
  async (command) => {
    const { code, stdout, stderr } = await machine.run([command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [usage = ''] = /^Usage: .*/m.exec(stdout) ?? [];
    const lines = stdout.split('\n');
    for (const [flag] of usage.matchAll(/--[a-z-]+/g))
      expect(lines.filter((line) => line.startsWith(`  ${flag} `))).toHaveLength(1);
    expect((await machine.run([command, '-h'])).stdout).toBe(stdout);
  },
);

describe('without a daemon', () => {
  it.each([['status'], ['stop'], ['reload'], ['reconnect']])('snowpool %s says so and ends with 3', async (command) => {
    const { code, stderr } = await machine.run([command]);
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringMatching(/No daemon is running/) });
  });

  it('pool-status --json says so as JSON', async () => {
    const { code, stdout } = await machine.run(['status', '--json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ format_version: 1, state: 'not_running', pools: [], clients: [] });
  });
});

describe('the other programs', () => {
  it('snowpool sandbox runs the sandbox, which first says where it listens', async () => {
    const child = machine.start(['sandbox', '--port', '0', '--no-sample-data']);
    const first = await new Promise((resolve) => child.stdout?.once('data', (chunk) => resolve(String(chunk))));
    expect(first).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n/);
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });

  it('snowpool daemon runs in the foreground and ends cleanly on SIGTERM', async () => {
    const child = machine.start(['daemon']);
    await machine.statusWhere(({ pid }) => pid === child.pid);
    expect(await machine.status()).toMatchObject({ started_by: 'foreground', state: 'healthy' });
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
  });
});

describe('with a daemon', () => {
  beforeAll(async () => {
    await machine.run(['query', '--sandbox', 'SELECT 1']);
    await machine.statusWhere(({ pools }) => pools[0]?.size === 2);
  });

  it('pool-status shows it for a person and ends with 0', async () => {
    const { code, stdout } = await machine.run(['status']);
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/snowpool \d+\.\d+\.\d+ {2}● healthy/);
    expect(stdout).toMatch(/pid \d+ · up .* · started by a front-end/);
    expect(stdout).toMatch(/2 sessions: .* \(min 2, max 10\)/);
  });

  it('pool-status --json shows each documented field', async () => {
    const { stdout } = await machine.run(['status', '--json']);
    const page = readFileSync(join(root, 'docs', 'command-line.md'), 'utf8');
    const undocumented = fieldsOf(JSON.parse(stdout)).filter(
      // In backticks, with or without the list it is in.
      (name) => !new RegExp(`\`(?:\\w+\\[\\]\\.)?${name}(?:\\[\\])?\``).test(page),
    );
    expect(undocumented).toEqual([]);
  });

  it('reload says what changed', async () => {
    expect(await machine.run(['reload'])).toMatchObject({ code: 0 });
  });

  it('reconnect says how each sign-in went', async () => {
    const { code, stdout } = await machine.run(['reconnect']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/SANDBOX/) });
  });

  it('doctor --no-sign-in opens no session with the profile that it looks at', async () => {
    const before = await machine.status();
    const { code, stdout } = await machine.run(['doctor', '--sandbox', '--no-sign-in'], {
      env: { SNOWFLAKE_ROLE: 'NO_SUCH_ROLE' },
    });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/NO_SUCH_ROLE/) });
    expect((await machine.status()).pools).toHaveLength(before.pools.length);
  });

  it('doctor checks the set-up, names the source of each setting and masks secrets', async () => {
    const { code, stdout } = await machine.run(['doctor', '--sandbox'], {
      env: { SNOWFLAKE_PASSWORD: 'hunter2', SNOWFLAKE_POOL_MAX_SIZE: '7' },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ The daemon runs \(pid \d+/);
    expect(stdout).toMatch(/✓ Snowflake lets this profile in/);
    expect(stdout).toMatch(/pool\.max_size +7 +.*SNOWFLAKE_POOL_MAX_SIZE/);
    expect(stdout).not.toContain('hunter2');
  });

  it('doctor fails with the reason where the profile is incomplete', async () => {
    const { code, stdout } = await machine.run(['doctor'], { env: { SNOWFLAKE_ACCOUNT: 'acme' } });
    expect(code).toBe(1);
    // Once, not once for each thing that failed for it.
    expect(stdout.match(/✗/g)).toHaveLength(1);
    expect(stdout).toMatch(/✗ No way to sign in is configured: there is no password/);
  });

  it('stop ends it', async () => {
    const { pid } = await machine.status();
    expect(await machine.run(['stop'])).toMatchObject({ code: 0, stdout: `The daemon (pid ${pid}) has ended.\n` });
    expect((await machine.run(['status'])).code).toBe(3);
  });
});

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === 'evictions' ? [name] : [name, ...fieldsOf(inner)]));
}
