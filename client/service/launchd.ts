import { join } from 'node:path';
import type { DaemonPlace } from '../link/autostart.ts';
import type { ServiceManager } from './manager.ts';
import { runTool } from './tool.ts';
import { fill, serviceEnvironment, template, type UnitFile } from './unit.ts';

const label = 'io.snowpool.daemon';

/** The service as a LaunchAgent of the user (launchd.plist(5)). */
export function launchd(place: DaemonPlace, node: string, home: string, uid: number): ServiceManager {
  const environment = Object.entries(serviceEnvironment(place)).map(
    ([name, value]) => `    <key>${escaped(name)}</key>\n    <string>${escaped(value)}</string>`,
  );
  const values = {
    node: escaped(node),
    daemon: escaped(join(place.folder, 'daemon.mjs')),
    environment: environment.join('\n'),
    log: escaped(join(place.stateDir, 'start.log')),
  };
  const path = join(home, 'Library', 'LaunchAgents', `${label}.plist`);
  const files: UnitFile[] = [{ path, text: fill(template(place.folder, `${label}.plist`), values) }];
  const target = `gui/${uid}`;
  return {
    name: 'launchd',
    files,
    // launchd reads a file when it is loaded.
    async readFiles() {},
    async start() {
      // One that is loaded already keeps its old definition.
      await runTool('launchctl', ['bootout', `${target}/${label}`], place.env, { mayFail: true });
      await runTool('launchctl', ['bootstrap', target, path], place.env);
    },
    async stop() {
      await runTool('launchctl', ['bootout', `${target}/${label}`], place.env, { mayFail: true });
    },
    async describe() {
      const { text, isOk } = await runTool('launchctl', ['print', `${target}/${label}`], place.env, { mayFail: true });
      const state = /^\s*state = (.*)$/m.exec(text)?.[1] ?? (isOk ? 'loaded' : 'not loaded');
      return { isActive: isOk, text: `${label}: ${state}` };
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
