import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

const owners: ChildProcess[] = [];
const sandboxes: Sandbox[] = [];

/** A process that does nothing until it is killed. */
function startOwner(): ChildProcess & { readonly pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
  owners.push(child);
  const { pid } = child;
  if (pid === undefined) throw new Error('no process');
  return Object.assign(child, { pid });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function sandboxOf(owner: { readonly pid: number }): Promise<Sandbox> {
  const sandbox = await startSandbox({ args: ['--owner-pid', String(owner.pid)], ownerToken: 'token' });
  sandboxes.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  for (const owner of owners.splice(0)) await kill(owner);
  for (const sandbox of sandboxes.splice(0)) await sandbox.stop();
});

test('a sandbox ends by itself when its owner is killed', async () => {
  const owner = startOwner();
  const sandbox = await sandboxOf(owner);
  await kill(owner);
  expect(await sandbox.ended).toBe(0);
});

test('a sandbox that was handed over lives on with its new owner, and ends with that one', async () => {
  const first = startOwner();
  const second = startOwner();
  const sandbox = await sandboxOf(first);
  const body = JSON.stringify({ pid: second.pid, token: 'token' });
  const answer = await fetch(`${sandbox.url}/sandbox/owner`, { method: 'POST', body });
  expect(await answer.json()).toEqual({ pid: second.pid });
  await kill(first);
  expect((await sandbox.control.stats()).sessions.open).toBe(0);
  await kill(second);
  expect(await sandbox.ended).toBe(0);
});

test('Ctrl-C ends it with exit code 0, its sessions closed', async () => {
  const sandbox = await sandboxOf({ pid: process.pid });
  process.kill(sandbox.pid, 'SIGINT');
  expect(await sandbox.ended).toBe(0);
  expect(sandbox.stderr()).toBe('');
});

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'a sandbox of a daemon answers its own user alone',
  async () => {
    const sandbox = await sandboxOf({ pid: process.pid });
    const open = await startSandbox();
    sandboxes.push(open);
    const script = `fetch(process.argv[1] + '/').then((answer) => process.exit(answer.status === 200 ? 0 : 3))`;
    const statusFor = async (uid: number, { url }: Sandbox) => {
      const child = spawn(process.execPath, ['-e', script, url], { uid, gid: uid, stdio: 'ignore', cwd: '/' });
      return (await once(child, 'exit'))[0];
    };
    expect(await statusFor(65_534, sandbox)).toBe(3);
    expect(await statusFor(0, sandbox)).toBe(0);
    expect(await statusFor(65_534, open)).toBe(0);
  },
);
