import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DaemonPlace } from '../link/autostart.ts';
import { daemonEnvironment } from '../link/environment.ts';

/** A file of the service manager: where it lies and what is in it. */
export interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/** Fills a template's `{{name}}`s. Throws where one is not known: a template and its code belong together. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template asks for ${name}`);
    return value;
  });
}

/** Reads a template that lies beside the bundle. */
export function template(folder: string, name: string): string {
  return readFileSync(join(folder, 'service', name), 'utf8');
}

/**
 * What the service has to be told: only where things lie. PATH is for Node's and systemd's own tools; HOME and XDG_* come from
 * the service manager itself.
 */
export function serviceEnvironment(place: DaemonPlace): Record<string, string> {
  const given = daemonEnvironment(place.env);
  const names = Object.keys(given).filter((name) => name === 'PATH' || /^(SNOWPOOL_|NODE_|SSL_)/.test(name));
  return Object.fromEntries(names.map((name) => [name, given[name] ?? '']));
}

export function writeUnits(files: readonly UnitFile[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o644 });
  }
}

export function removeUnits(files: readonly UnitFile[]): void {
  for (const { path } of files) rmSync(path, { force: true });
}

/** `absent`; `current`: as this version would write it; `different`: of another version or another place. */
export function unitState(files: readonly UnitFile[]): 'absent' | 'current' | 'different' {
  if (files.every(({ path }) => !existsSync(path))) return 'absent';
  return files.every(({ path, text }) => existsSync(path) && readFileSync(path, 'utf8') === text)
    ? 'current'
    : 'different';
}
