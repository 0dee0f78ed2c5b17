import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DaemonEnded, type DaemonProcess, startDaemon } from '../../support/daemon.ts';

let home: string;
const running: DaemonProcess[] = [];

async function start(environment: Record<string, string> = {}, args: string[] = []): Promise<DaemonProcess> {
  const daemon = await startDaemon({ home, environment, args });
  running.push(daemon);
  return daemon;
}

async function refusal(environment: Record<string, string>, args: string[] = []): Promise<DaemonEnded> {
  try {
    await start(environment, args);
  } catch (error) {
    if (error instanceof DaemonEnded) return error;
    throw error;
  }
  throw new Error('the daemon started');
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'snowpool-socket-'));
});
afterEach(async () => {
  for (const daemon of running.splice(0)) await daemon.stop();
  rmSync(home, { recursive: true, force: true });
});

describe("the daemon's socket", () => {
  it('is 0600 in a folder that is 0700', async () => {
    const daemon = await start();
    expect(lstatSync(daemon.socket).mode & 0o777).toBe(0o600);
    expect(lstatSync(daemon.socket).isSocket()).toBe(true);
    expect(statSync(join(home, 'run')).mode & 0o777).toBe(0o700);
    expect(statSync(daemon.stateDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(daemon.stateDir, 'daemon.log')).mode & 0o777).toBe(0o600);
  });

  it('is gone after the daemon has ended', async () => {
    const daemon = await start();
    expect(await daemon.stop()).toBe(0);
    expect(lstatSync(daemon.socket, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('is refused in a folder that other users may enter', async () => {
    mkdirSync(join(home, 'open'));
    chmodSync(join(home, 'open'), 0o755);
    const ended = await refusal({ SNOWPOOL_SOCKET: join(home, 'open', 'd.sock') });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/can be entered by other users \(mode 755\).*chmod 700/);
  });

  it('is refused in a folder of its own that other users may put another one in the place of', async () => {
    mkdirSync(join(home, 'open'));
    chmodSync(join(home, 'open'), 0o777);
    const ended = await refusal({ SNOWPOOL_SOCKET: join(home, 'open', 'own', 'd.sock') });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/leads through \S+\/open, which can be changed by other users \(mode 777\)/);
  });

  it('is refused there before a daemon on it is asked for its sessions', async () => {
    const path = join(home, 'open', 'd.sock');
    mkdirSync(join(home, 'open'));
    chmodSync(join(home, 'open'), 0o755);
    let connected = 0;
    const stranger = createServer((connection) => {
      connected += 1;
      connection.destroy();
    });
    await new Promise<void>((resolve) => stranger.listen(path, resolve));
    try {
      const ended = await refusal({ SNOWPOOL_SOCKET: path }, ['--replace']);
      expect(ended.stderr).toMatch(/can be entered by other users/);
      expect(connected).toBe(0);
    } finally {
      stranger.close();
    }
  });

  it('is refused where its path is longer than the system takes, instead of being cut', async () => {
    const path = join(home, 'x'.repeat(120), 'd.sock');
    const ended = await refusal({ SNOWPOOL_SOCKET: path });
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(`has ${Buffer.byteLength(path)} bytes: allowed are at most`);
  });

  it('is refused where a file of another kind stands, which is left alone', async () => {
    mkdirSync(join(home, 'run'), { mode: 0o700 });
    writeFileSync(join(home, 'run', 'd.sock'), 'precious');
    const ended = await refusal({});
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('exists and is no socket');
    expect(statSync(join(home, 'run', 'd.sock')).size).toBe(8);
  });

  it('is taken over from a daemon that was killed', async () => {
    const first = await start();
    await first.stop('SIGKILL');
    expect(lstatSync(first.socket).isSocket()).toBe(true);
    const second = await start();
    expect(second.pid).not.toBe(first.pid);
  });

  it('is never taken from a daemon that lives', async () => {
    const first = await start();
    const ended = await refusal({});
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toContain('a daemon already listens');
    await new Promise<void>((resolve, reject) => {
      const probe = connect(first.socket, () => {
        probe.destroy();
        resolve();
      });
      probe.once('error', reject);
    });
  });

  it('goes to exactly one of eight daemons that start at once over a stale one', async () => {
    const stale = await start();
    await stale.stop('SIGKILL');
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => start()));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ exitCode: 0 });
    }
  });
});

describe('a daemon that is started wrongly', () => {
  it.each([
    [
      { SNOWFLAKE_POOL_MIN_SIZE: '-2' },
      [],
      "SNOWFLAKE_POOL_MIN_SIZE is '-2': allowed is a whole number from 0 to 100 sessions.",
    ],
    [
      { SNOWFLAKE_POOL_HEALTH_CHECK_MINUTES: 'soon' },
      [],
      "SNOWFLAKE_POOL_HEALTH_CHECK_MINUTES is 'soon': allowed is a number",
    ],
    [
      { SNOWFLAKE_POOL_MIN_SIZE: '20' },
      [],
      "SNOWFLAKE_POOL_MIN_SIZE is '20': allowed is at most SNOWFLAKE_POOL_MAX_SIZE, which is 10.",
    ],
    [{ SNOWPOOL_LOG_LEVEL: 'loud' }, [], "SNOWPOOL_LOG_LEVEL is 'loud': allowed is one of trace"],
    [{}, ['--verbose'], "Unknown option '--verbose'. Allowed are --started-by"],
    [{}, ['--started-by', 'magic'], "--started-by is 'magic': allowed is one of front-end, service, foreground."],
  ])('ends with 2 and one line for %j %j', async (environment, args, sentence) => {
    const ended = await refusal(environment as Record<string, string>, args);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain(sentence);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });
});
