import { homedir } from 'node:os';
import { resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
const profileNames = new Set([...proxies, ...proxies.map((name) => name.toLowerCase()), 'HOME', 'XDG_CONFIG_HOME']);
/** Variables that hold a path: a relative one is meant from where the front-end runs, which the daemon cannot know. */
const pathNames = new Set([
  'SNOWFLAKE_PRIVATE_KEY_PATH',
  'SNOWFLAKE_PRIVATE_KEY_FILE',
  'SNOWFLAKE_TOKEN_FILE_PATH',
  'SNOWFLAKE_HOME',
  'SNOWPOOL_CONFIG',
]);

/**
 * The variables that say which account is meant and how it is reached (DESIGN §6): SNOWFLAKE_*, SNOWPOOL_*, proxies and the
 * home folder. They may hold secrets: they are sent over the socket once and kept nowhere else.
 */
export function profileEnvironment(env: Environment, folder: string = process.cwd()): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (!profileNames.has(name) && !name.startsWith('SNOWFLAKE_') && !name.startsWith('SNOWPOOL_')) continue;
    chosen[name] = pathNames.has(name) ? absolute(value, folder) : value;
  }
  chosen.HOME ??= homedir();
  return chosen;
}

const daemonNames = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TMPDIR',
  'SNOWPOOL_SOCKET',
  'SNOWPOOL_STATE_DIR',
  'SNOWPOOL_CONFIG',
  'SNOWPOOL_LOG_LEVEL',
  // Node reads these once, at its start: a company's own certificate authority belongs to the machine, not to a profile.
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]);

/** What a started daemon gets to see: where things lie, and nothing of the profile of the front-end that happened to start it. */
export function daemonEnvironment(env: Environment, folder: string = process.cwd()): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue;
    if (!daemonNames.has(name) && !name.startsWith('XDG_') && !name.startsWith('LC_')) continue;
    chosen[name] = pathNames.has(name) ? absolute(value, folder) : value;
  }
  return chosen;
}

function absolute(path: string, folder: string): string {
  return path === '' || path.startsWith('~') ? path : resolve(folder, path);
}
