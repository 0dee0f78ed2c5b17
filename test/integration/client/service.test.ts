import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DaemonPlace } from '../../../client/link/autostart.ts';
import { launchd } from '../../../client/service/launchd.ts';
import { systemd } from '../../../client/service/systemd.ts';
import { isThere, type Machine, startMachine } from '../../support/machine.ts';

let machine: Machine;
let calls: string;

beforeEach(() => {
  machine = startMachine();
  calls = join(machine.home, 'calls');
});
afterEach(() => machine.dispose());

/** Stands in for the system's service manager, which no test can have: notes its calls. @param script what it does besides. */
function installManager(name: string, script = ''): Record<string, string> {
  const folder = join(machine.home, 'bin');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${calls}'\n${script}\n`);
  chmodSync(path, 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

const noted = () => readFileSync(calls, 'utf8').trim().split('\n');

describe.runIf(process.platform === 'linux')('snowpool service on Linux', () => {
  const unit = (name: string) => join(machine.home, '.config', 'systemd', 'user', name);

  it('install writes socket and service units and enables the socket; uninstall takes both away', async () => {
    const env = installManager('systemctl');
    expect(await machine.run(['service', 'install'], { env })).toMatchObject({ code: 0 });
    expect(noted()).toEqual(['--user daemon-reload', '--user enable --now snowpool.socket']);
    expect(readFileSync(unit('snowpool.socket'), 'utf8')).toContain(`ListenStream=${machine.socket}\nSocketMode=0600`);
    const service = readFileSync(unit('snowpool.service'), 'utf8');
    expect(service).toContain('Type=notify');
    expect(service).toContain(`ExecStart="${process.execPath}" "${machine.dist}/daemon.mjs" --started-by service`);
    expect(service).toContain(`Environment="SNOWPOOL_STATE_DIR=${machine.stateDir}"`);

    expect(await machine.run(['service', 'uninstall'], { env })).toMatchObject({ code: 0 });
    expect(noted().slice(2)).toEqual(['--user disable --now snowpool.socket snowpool.service', '--user daemon-reload']);
    expect(existsSync(unit('snowpool.socket')) || existsSync(unit('snowpool.service'))).toBe(false);
    expect((await machine.run(['service', 'uninstall'], { env })).stdout).toBe('No service is installed.\n');
  });

  it('no secret of the profile gets into a unit', async () => {
    const env = { ...installManager('systemctl'), SNOWFLAKE_PASSWORD: 'a-secret', HTTPS_PROXY: 'http://me:pw@proxy' };
    await machine.run(['service', 'install'], { env });
    expect(readFileSync(unit('snowpool.service'), 'utf8')).not.toMatch(/a-secret|proxy/);
  });

  it('status tells apart what runs, what is not installed, and files of another version', async () => {
    const env = installManager('systemctl', 'case "$2" in is-active) echo active;; esac');
    expect(await machine.run(['service', 'status'], { env })).toMatchObject({ code: 3 });
    await machine.run(['service', 'install'], { env });
    expect(await machine.run(['service', 'status'], { env })).toMatchObject({
      code: 0,
      stdout: 'snowpool.socket: active, snowpool.service: active\n',
    });
    writeFileSync(unit('snowpool.service'), 'older');
    expect((await machine.run(['service', 'status'], { env })).stdout).toMatch(/of another version/);
  });

  it('where no manager answers, nothing is written and a running daemon is left alone', async () => {
    const env = installManager('systemctl', 'echo "Failed to connect to bus" >&2; exit 1');
    await machine.run(['doctor', '--no-sign-in', '--sandbox']);
    const { pid = -1 } = await machine.status();
    const { code, stderr } = await machine.run(['service', 'install'], { env });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/Failed to connect to bus/) });
    expect(existsSync(unit('snowpool.service'))).toBe(false);
    expect(isThere(pid)).toBe(true);
  });

  it('a daemon that a front-end started makes room for the service', async () => {
    const env = installManager('systemctl');
    await machine.run(['doctor', '--no-sign-in', '--sandbox']);
    const { pid = -1 } = await machine.status();
    expect((await machine.run(['service', 'install'], { env })).stdout).toContain(`(pid ${pid}) has ended`);
    expect(isThere(pid)).toBe(false);
  });
});

const analyze = '/usr/bin/systemd-analyze';
const activate = '/usr/bin/systemd-socket-activate';

describe.runIf(existsSync(analyze) && existsSync(activate))('systemd itself', () => {
  it('finds nothing wrong with the units', async () => {
    await machine.run(['service', 'install'], { env: installManager('systemctl') });
    const units = join(machine.home, '.config', 'systemd', 'user');
    const { status, stderr } = spawnSync(
      analyze,
      ['verify', '--user', join(units, 'snowpool.socket'), join(units, 'snowpool.service')],
      { env: { ...machine.env, XDG_RUNTIME_DIR: join(machine.home, 'run') }, encoding: 'utf8' },
    );
    expect(stderr.split('\n').filter((line) => line.includes('snowpool.'))).toEqual([]);
    expect(status).toBe(0);
  });

  it('starts the daemon at the first connection, on its own socket', async () => {
    const names = Object.keys(machine.env).flatMap((name) => ['-E', name]);
    const daemon = [process.execPath, join(machine.dist, 'daemon.mjs'), '--started-by', 'service'];
    const holder = spawn(activate, [...names, '-l', machine.socket, ...daemon], {
      env: machine.env,
    });
    const exited = once(holder, 'exit');
    try {
      for await (const line of createInterface({ input: holder.stderr })) if (line.includes('Listening')) break;
      // It has become the daemon: same process.
      expect(await machine.status()).toMatchObject({ pid: holder.pid, state: 'healthy', started_by: 'service' });
      const { code, stdout } = await machine.run(['stop']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/runs as a service and starts again/);
      expect(existsSync(machine.socket)).toBe(true);
    } finally {
      holder.kill('SIGKILL');
      await exited;
    }
  });
});

describe('the files of a service', () => {
  const place = (): DaemonPlace => ({
    socket: '/run/user/1000/snow 100%/d.sock',
    stateDir: '/home/me/state & co',
    folder: machine.dist,
    env: { PATH: '/usr/bin', SNOWPOOL_CONFIG: '/home/me/"q" $x <y>.toml', SNOWFLAKE_PASSWORD: 'a-secret' },
  });

  it('escape what systemd would read otherwise', () => {
    const [socket, service] = systemd(place(), '/opt/$node 100%/bin/node', '/home/me').files;
    expect(socket?.text).toContain('ListenStream=/run/user/1000/snow 100%%/d.sock');
    expect(service?.text).toContain('ExecStart="/opt/$$node 100%%/bin/node" ');
    expect(service?.text).toContain('Environment="SNOWPOOL_CONFIG=/home/me/\\"q\\" $x <y>.toml"');
  });

  it('escape what a plist would read otherwise, and start at login', () => {
    const { files } = launchd(place(), '/opt/<node>', '/Users/me', 501);
    expect(files[0]?.path).toBe('/Users/me/Library/LaunchAgents/io.snowpool.daemon.plist');
    expect(files[0]?.text).toContain('<string>/opt/&lt;node&gt;</string>');
    expect(files[0]?.text).toContain('<string>/home/me/state &amp; co/start.log</string>');
    expect(files[0]?.text).toContain('<key>RunAtLoad</key>\n  <true/>');
    expect(files[0]?.text).not.toContain('a-secret');
  });
});
