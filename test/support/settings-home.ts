import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Resolved, resolveProfile } from '../../daemon/config/resolve.ts';

const key = new Uint8Array(32).fill(7);

/** A person's home folder with the files that settings are read from. */
export interface SettingsHome {
  readonly home: string;
  /** Resolves a profile as for a front-end with these variables and flags. */
  resolve(
    environment: Readonly<Record<string, string>>,
    flags?: { readonly connection?: string; readonly isSandbox?: boolean; readonly policy?: string },
  ): Resolved;
  /** Writes ~/.snowflake/connections.toml, or another file beside it. */
  connections(text: string, name?: string): void;
  /** Writes snowpool's own file. */
  ownFile(text: string): void;
}

/** A fresh one for each test, gone after it. */
export function settingsHome(): SettingsHome {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'snowpool-config-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o600);
  };
  return {
    get home() {
      return home;
    },
    resolve: (environment, { connection, isSandbox = false, policy } = {}) =>
      resolveProfile({ environment, home, connection, isSandbox, policy }, key, new Map()),
    connections: (text, name = 'connections.toml') => write(join(home, '.snowflake', name), text),
    ownFile: (text) => write(join(home, '.config', 'snowpool', 'config.toml'), text),
  };
}

/** Variables that are enough for a profile. */
export const enough = {
  SNOWFLAKE_ACCOUNT: 'org-acc',
  SNOWFLAKE_USER: 'ann',
  SNOWFLAKE_PASSWORD: 'secret-1',
} as const;
