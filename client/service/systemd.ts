import { isAbsolute, join } from 'node:path';
import type { DaemonPlace } from '../link/autostart.ts';
import type { ServiceManager } from './manager.ts';
import { runTool } from './tool.ts';
import { fill, serviceEnvironment, template, type UnitFile } from './unit.ts';

/** The service under systemd's manager of the user: the socket starts the daemon at the first connection (systemd.socket(5)). */
export function systemd(place: DaemonPlace, node: string, home: string): ServiceManager {
  const { XDG_CONFIG_HOME: configured } = place.env;
  const folder = join(configured && isAbsolute(configured) ? configured : join(home, '.config'), 'systemd', 'user');
  const environment = Object.entries(serviceEnvironment(place)).map(
    ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
  );
  const values = {
    socket: place.socket.replaceAll('%', '%%'),
    node: word(node),
    daemon: word(join(place.folder, 'daemon.mjs')),
    environment: environment.join('\n'),
  };
  const files: UnitFile[] = ['snowpool.socket', 'snowpool.service'].map((name) => ({
    path: join(folder, name),
    text: fill(template(place.folder, name), values),
  }));
  const systemctl = (...words: string[]) => runTool('systemctl', ['--user', ...words], place.env);
  return {
    name: "systemd's manager of your user",
    files,
    async readFiles() {
      await systemctl('daemon-reload');
    },
    async start() {
      await systemctl('enable', '--now', 'snowpool.socket');
    },
    async stop() {
      await systemctl('disable', '--now', 'snowpool.socket', 'snowpool.service');
    },
    async describe() {
      const states = await Promise.all(
        ['snowpool.socket', 'snowpool.service'].map(async (unit) => {
          const { text } = await runTool('systemctl', ['--user', 'is-active', unit], place.env, { mayFail: true });
          return `${unit}: ${text.trim() || 'unknown'}`;
        }),
      );
      return { isActive: states.some((state) => state.endsWith(': active')), text: states.join(', ') };
    },
  };
}

/** systemd.syntax(7): double quotes, backslash escapes; `%` begins a specifier. */
function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}

/** A word of a command line, where `$` begins a variable as well (systemd.service(5)). */
function word(text: string): string {
  return quoted(text).replaceAll('$', '$$$$');
}
