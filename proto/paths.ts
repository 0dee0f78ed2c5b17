/** Where the daemon's socket, state and settings lie (DESIGN §9). Pure: environment in, paths out. */
import { isAbsolute, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** `SNOWPOOL_SOCKET`, else `$XDG_RUNTIME_DIR/snowpool/daemon.sock`, else `~/.snowpool/daemon.sock`. */
export function socketPath(env: Environment, home: string): string {
  if (env.SNOWPOOL_SOCKET) return given(env.SNOWPOOL_SOCKET, home);
  if (env.XDG_RUNTIME_DIR && isAbsolute(env.XDG_RUNTIME_DIR))
    return join(env.XDG_RUNTIME_DIR, 'snowpool', 'daemon.sock');
  return join(home, '.snowpool', 'daemon.sock');
}

/** Where a daemon that drains, and listens no more, leaves its pid until it ends. */
export function drainNotePath(socket: string): string {
  return `${socket}.draining`;
}

/** Bytes that a Unix socket's path may have: 107 on Linux, 103 on macOS (sun_path without its final zero). */
export function socketPathLimit(platform: NodeJS.Platform): number {
  return platform === 'darwin' ? 103 : 107;
}

/** `SNOWPOOL_STATE_DIR`, else `$XDG_STATE_HOME/snowpool`, else `~/.local/state/snowpool`. */
export function stateDir(env: Environment, home: string): string {
  if (env.SNOWPOOL_STATE_DIR) return given(env.SNOWPOOL_STATE_DIR, home);
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, 'snowpool');
  return join(home, '.local', 'state', 'snowpool');
}

/** `SNOWPOOL_CONFIG`, else `$XDG_CONFIG_HOME/snowpool/config.toml`, else `~/.config/snowpool/config.toml`. */
export function configPath(env: Environment, home: string): string {
  if (env.SNOWPOOL_CONFIG) return given(env.SNOWPOOL_CONFIG, home);
  if (env.XDG_CONFIG_HOME && isAbsolute(env.XDG_CONFIG_HOME))
    return join(env.XDG_CONFIG_HOME, 'snowpool', 'config.toml');
  return join(home, '.config', 'snowpool', 'config.toml');
}

/** A client's `env` is read by no shell that would replace the `~`. */
function given(path: string, home: string): string {
  return resolve(path.replace(/^~(?=\/|$)/, home));
}
