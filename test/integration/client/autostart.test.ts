import { chmodSync, existsSync, lchownSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startDaemon } from '../../support/daemon.ts';
import { gone, type Machine, startMachine } from '../../support/machine.ts';
import { hello, startRaw } from '../../support/mcp.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let machine: Machine;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());
beforeEach(() => {
  machine = startMachine({ env: sandbox.environment() });
});
afterEach(() => machine.dispose());

/** How often a daemon has begun to listen on this machine. */
function starts(): number {
  const log = readFileSync(join(machine.stateDir, 'daemon.log'), 'utf8').trim().split('\n');
  return log.filter((line) => JSON.parse(line).msg === 'listening').length;
}

it('twenty front-ends that start at once get one daemon', async () => {
  const frontEnds = Array.from({ length: 20 }, () => startRaw(machine, []));
  await Promise.all(
    frontEnds.map(async (frontEnd) => {
      await frontEnd.ask('initialize', hello);
      expect((await frontEnd.ask('tools/list')).result?.tools).toBeDefined();
    }),
  );
  const { clients } = await machine.status();
  expect(clients.map(({ pid }) => pid).sort()).toEqual(frontEnds.map(({ child }) => child.pid).sort());
  expect(starts()).toBe(1);
  for (const frontEnd of frontEnds) frontEnd.child.stdin?.end();
  await Promise.all(frontEnds.map(({ exited }) => exited));
});

it('a socket that a killed daemon left behind is replaced', async () => {
  const first = startRaw(machine, []);
  await first.ask('initialize', hello);
  await first.ask('tools/list');
  const { pid = -1 } = await machine.status();
  first.child.stdin?.end();
  await first.exited;
  process.kill(pid, 'SIGKILL');
  await gone(pid);
  expect(existsSync(machine.socket)).toBe(true);
  expect((await machine.run(['status'])).code).toBe(3);

  const { code, stdout } = await machine.run(['query', '--format', 'csv', 'SELECT 1 AS n']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'N\r\n1\r\n' });
  expect(statSync(machine.socket).mode & 0o777).toBe(0o600);
});

it('a daemon that runs already is used, not replaced', async () => {
  const daemon = await startDaemon({ home: machine.home, environment: { SNOWPOOL_SOCKET: machine.socket } });
  try {
    expect((await machine.run(['query', 'SELECT 1'])).code).toBe(0);
    expect(await machine.status()).toMatchObject({ pid: daemon.pid, started_by: 'foreground' });
  } finally {
    await daemon.stop();
  }
});

it('a lock that a killed starter left behind does not keep others from starting', async () => {
  const deadPid = 2 ** 22 - 1;
  writeFileSync(`${machine.socket}.starting`, `${deadPid} 1 1`);
  expect((await machine.run(['query', 'SELECT 1'])).code).toBe(0);
  expect(existsSync(`${machine.socket}.starting`)).toBe(false);
});

it('the daemon sees nothing of the profile of the front-end that happened to start it', async () => {
  const secret = 'a-secret-of-the-profile';
  const env = { SNOWFLAKE_PASSWORD: secret, HTTPS_PROXY: 'http://proxy.invalid:3128' };
  await machine.run(['query', 'SELECT 1'], { env });
  const { pid } = await machine.status();
  const seen = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  expect(seen.filter((entry) => /SNOWFLAKE|PROXY/i.test(entry) || entry.includes(secret))).toEqual([]);
  expect(readFileSync(`/proc/${pid}/cmdline`, 'latin1')).not.toContain(secret);
});

it.each([
  [
    'a folder that others can enter',
    async (folder: string) => void (await mkdir(folder, { mode: 0o755 })),
    /open to other users \(mode 755, it must be 700\)\.\nRun: chmod 700 /,
  ],
  [
    'a folder that is meant for everybody',
    async (folder: string) => {
      await mkdir(folder);
      await chmod(folder, 0o1777);
    },
    /open to other users \(mode 777, it must be 700\)\.\nName a path in a folder of your own in SNOWPOOL_SOCKET\.\n$/,
  ],
  ['a folder that is a link', async (folder: string) => symlinkSync('/tmp', folder), /not a folder/],
])('%s is refused in one sentence', async (_what, make, sentence) => {
  const folder = join(machine.home, 'other');
  await make(folder);
  const { code, stderr } = await machine.run(['query', 'SELECT 1'], {
    env: { SNOWPOOL_SOCKET: join(folder, 'd.sock') },
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(sentence);
});

it('neither starts nor talks to a daemon where other users may put another socket in its place', async () => {
  const open = join(machine.home, 'open');
  const socket = join(open, 'own', 'd.sock');
  await mkdir(join(open, 'own'), { recursive: true, mode: 0o700 });
  await chmod(open, 0o777);
  const refused = await machine.run(['query', 'SELECT 1'], { env: { SNOWPOOL_SOCKET: socket } });
  expect(refused.stderr).toMatch(/leads through \S+\/open, which can be changed by other users \(mode 777\)/);
  const heard: Buffer[] = [];
  const other = createServer((connection) => connection.on('data', (data) => heard.push(data)));
  await new Promise<void>((resolve) => other.listen(socket, resolve));
  try {
    const { code, stderr } = await machine.run(['query', 'SELECT 1'], { env: { SNOWPOOL_SOCKET: socket } });
    expect(code).toBe(3);
    expect(stderr).toMatch(/leads through \S+\/open, which can be changed by other users/);
    expect(heard).toEqual([]);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

it('a path that the system would cut is refused with the limit', async () => {
  const socket = join(machine.home, 'x'.repeat(120), 'd.sock');
  const { code, stderr } = await machine.run(['query', 'SELECT 1'], { env: { SNOWPOOL_SOCKET: socket } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/bytes long, 10[37] are possible/);
});

it('something else that listens on the socket is not taken for a daemon for ever', async () => {
  const other = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => other.listen(machine.socket, resolve));
  try {
    const { code, stderr } = await machine.run(['status']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/No daemon is running/);
  } finally {
    await new Promise((resolve) => other.close(resolve));
  }
});

/** Listens as a daemon would; tells how many have connected. */
async function listenAt(path: string): Promise<{ connected: number; close(): void }> {
  const heard = { connected: 0, close: () => void server.close() };
  const server = createServer((connection) => {
    heard.connected += 1;
    connection.destroy();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return heard;
}

it.each(['query', 'status', 'stop', 'reload'])(
  '%s tells nothing to whoever listens where others may write',
  async (command) => {
    const folder = join(machine.home, 'shared');
    await mkdir(folder);
    chmodSync(folder, 0o777);
    const stranger = await listenAt(join(folder, 'd.sock'));
    try {
      const env = { SNOWPOOL_SOCKET: join(folder, 'd.sock'), SNOWFLAKE_PASSWORD: 'secret' };
      const { code, stderr } = await machine.run([command, ...(command === 'query' ? ['SELECT 1'] : [])], { env });
      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining("may not be your daemon's") });
      expect(stranger.connected).toBe(0);
    } finally {
      stranger.close();
    }
  },
);

it.runIf(process.getuid?.() === 0)(
  'nothing is told to a socket, in a folder or behind a link of another user',
  async () => {
    const folder = join(machine.home, 'theirs');
    await mkdir(folder, { mode: 0o700 });
    symlinkSync(folder, join(machine.home, 'link'));
    const stranger = await listenAt(join(folder, 'd.sock'));
    const nobody = 65_534;
    const isRefused = async (path: string) => {
      const { code, stderr } = await machine.run(['query', 'SELECT 1'], { env: { SNOWPOOL_SOCKET: path } });
      expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('another user (uid 65534)') });
    };
    try {
      lchownSync(join(machine.home, 'link'), nobody, nobody);
      await isRefused(join(machine.home, 'link', 'd.sock'));
      lchownSync(join(folder, 'd.sock'), nobody, nobody);
      await isRefused(join(folder, 'd.sock'));
      lchownSync(join(folder, 'd.sock'), 0, 0);
      lchownSync(folder, nobody, nobody);
      await isRefused(join(folder, 'd.sock'));
      expect(stranger.connected).toBe(0);
    } finally {
      stranger.close();
    }
  },
);

it.runIf(process.getuid?.() === 0)(
  'nothing is written to a state folder of another user, where a link could lead anywhere',
  async () => {
    const nobody = 65_534;
    const folder = join(machine.home, 'their-state');
    const own = join(machine.home, 'own.txt');
    writeFileSync(own, 'precious');
    await mkdir(folder, { mode: 0o777 });
    for (const name of ['start.log', 'daemon.log', 'audit.jsonl']) symlinkSync(own, join(folder, name));
    lchownSync(folder, nobody, nobody);
    const env = { SNOWPOOL_STATE_DIR: folder };
    for (const command of [['query', 'SELECT 1'], ['daemon']]) {
      const { code, stderr } = await machine.run(command, { env });
      expect({ code: code !== 0, stderr }).toEqual({
        code: true,
        stderr: expect.stringMatching(/state folder \S+ belongs to another user \(uid 65534\)/),
      });
    }
    expect(readFileSync(own, 'utf8')).toBe('precious');
  },
);
