import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { strangersPlace, strangersWords } from '../../proto/strangers.ts';
import { SnowpoolError } from '../errors.ts';
import type { Layer, Written } from './layers.ts';
import { connectionSettings, type Setting, snowpoolSettings } from './settings.ts';

type Table = Readonly<Record<string, unknown>>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** A TOML file that was read, or undefined where it does not exist. */
export interface TomlFile {
  readonly path: string;
  readonly table: Table;
}

/**
 * Reads a TOML file; undefined where there is none. Throws SnowpoolError invalid_argument with the place of a syntax
 * error, or where others may write the file or put another one in its place (who can, can redirect the sign-in).
 */
export function readToml(path: string): TomlFile | undefined {
  let text: string;
  try {
    checkWriters(path);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof SnowpoolError) throw error;
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new SnowpoolError(
      'invalid_argument',
      `${path} cannot be read: ${error instanceof Error ? error.message : error}.`,
      '',
      {},
      { cause: error },
    );
  }
  try {
    return { path, table: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [problem] = error.message.split('\n');
    throw new SnowpoolError(
      'invalid_argument',
      `${path} line ${error.line}, column ${error.column}: ${problem}`,
      'Correct the file.',
      {},
      { cause: error },
    );
  }
}

function checkWriters(path: string): void {
  const found = statSync(path);
  if ((found.mode & 0o022) !== 0) {
    throw new SnowpoolError('invalid_argument', `${path} can be written by other users.`, `Run: chmod 600 ${path}`);
  }
  const folder = dirname(realpathSync(path));
  const place =
    strangersPlace(path, found) ?? strangersPlace(path, lstatSync(path)) ?? strangersPlace(folder, statSync(folder));
  if (place === undefined) return;
  throw new SnowpoolError(
    'invalid_argument',
    `${path} is not read, as ${place.path === path ? 'it' : `its folder ${folder}`} ${strangersWords(place)}.`,
    place.kind === 'open' ? `Run: chmod o-w ${place.path}` : 'Make a file of your own.',
  );
}

/** A connection as Snowflake's own files describe it. */
export interface NamedConnection {
  readonly name: string;
  readonly source: string;
  readonly table: Table;
}

/** The folder of Snowflake's own files: SNOWFLAKE_HOME, else ~/.snowflake where it exists, else the platform's configuration folder. */
export function snowflakeHome(env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (env.SNOWFLAKE_HOME) return env.SNOWFLAKE_HOME.replace(/^~(?=\/|$)/, home);
  const classic = join(home, '.snowflake');
  if (statSync(classic, { throwIfNoEntry: false })?.isDirectory()) return classic;
  const platform =
    process.platform === 'darwin'
      ? join(home, 'Library', 'Application Support')
      : (env.XDG_CONFIG_HOME ?? join(home, '.config'));
  return join(platform, 'snowflake');
}

/** Named connections and the default's name from connections.toml, else from config.toml's [connections] (Snowflake: the former replaces the latter). */
export function readConnections(folder: string): {
  readonly connections: ReadonlyMap<string, NamedConnection>;
  readonly defaultName: string | undefined;
} {
  const config = readToml(join(folder, 'config.toml'));
  const own = readToml(join(folder, 'connections.toml'));
  const connections = new Map<string, NamedConnection>();
  const nested = config?.table.connections;
  const from = own
    ? { path: own.path, table: own.table }
    : { path: config?.path ?? '', table: isTable(nested) ? nested : {} };
  for (const [name, table] of Object.entries(from.table)) {
    if (isTable(table))
      connections.set(name, { name, source: `${from.path} [${own ? '' : 'connections.'}${name}]`, table });
  }
  const named = config?.table.default_connection_name ?? own?.table.default_connection_name;
  return { connections, defaultName: typeof named === 'string' ? named : undefined };
}

function written(value: unknown, source: string): Written {
  if (Array.isArray(value)) return { value: value.map(String).join(','), source };
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  ) {
    return { value: String(value), source };
  }
  throw new SnowpoolError(
    'invalid_argument',
    `${source} has a value of an unexpected kind: allowed is text, a number or true/false.`,
  );
}

/** A named connection as a layer. Keys that snowpool does not know are left to Snowflake's other tools. */
export function connectionLayer(connection: NamedConnection): Layer {
  const layer = new Map<string, Written>();
  for (const setting of connectionSettings as readonly Setting[]) {
    for (const key of [setting.name, ...(setting.aliases ?? [])]) {
      const value = connection.table[key];
      if (value !== undefined && !layer.has(setting.name))
        layer.set(setting.name, written(value, `${connection.source} ${key}`));
    }
  }
  return layer;
}

/** Session parameters by upper-case name, each with the place it was written at. */
export type SessionParameters = ReadonlyMap<string, SessionParameter>;

export interface SessionParameter {
  readonly value: string | number | boolean;
  readonly source: string;
}

/** A table `{ NAME = value }` of session parameters, from `session_parameters`. */
export function sessionParametersOf(table: Table, source: string): SessionParameters {
  const value = table.session_parameters;
  if (value === undefined) return new Map();
  if (!isTable(value))
    throw new SnowpoolError('invalid_argument', `${source} session_parameters: allowed is a table of NAME = value.`);
  const parameters = new Map<string, SessionParameter>();
  for (const [name, entry] of Object.entries(value)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !['string', 'number', 'boolean'].includes(typeof entry)) {
      throw new SnowpoolError(
        'invalid_argument',
        `${source} session_parameters ${name}: allowed is a parameter's name with text, a number or true/false.`,
      );
    }
    const told = `${source} session_parameters ${name}`;
    parameters.set(name.toUpperCase(), { value: entry as SessionParameter['value'], source: told });
  }
  return parameters;
}

/**
 * snowpool's own file as layers, the one of the connection before the general one. Sections: pool, policy, limits,
 * session_parameters, and the same below `connections.NAME`. Throws for a name that does not exist.
 */
export function snowpoolLayers(
  file: TomlFile | undefined,
  connection: string,
): {
  readonly layers: readonly Layer[];
  readonly sessionParameters: SessionParameters;
} {
  if (!file) return { layers: [], sessionParameters: new Map() };
  const connections = isTable(file.table.connections) ? file.table.connections : {};
  const own = connections[connection];
  const place = `${file.path} [connections.${connection}]`;
  const general = sectionLayer(file.table, file.path, ['connections', 'default_connection_name']);
  const specific = isTable(own) ? sectionLayer(own, place, []) : new Map<string, Written>();
  return {
    layers: [specific, general],
    sessionParameters: new Map([
      ...sessionParametersOf(file.table, file.path),
      ...(isTable(own) ? sessionParametersOf(own, place) : []),
    ]),
  };
}

function sectionLayer(table: Table, source: string, alsoAllowed: readonly string[]): Layer {
  const layer = new Map<string, Written>();
  const known = new Set<string>(snowpoolSettings.map((setting) => setting.name));
  const sections = ['pool', 'policy', 'limits'];
  for (const [section, content] of Object.entries(table)) {
    if (section === 'session_parameters' || alsoAllowed.includes(section)) continue;
    if (!sections.includes(section) || !isTable(content)) {
      throw new SnowpoolError(
        'invalid_argument',
        `${source} has an unknown section or key '${section}': allowed are ${[...sections, 'session_parameters', ...alsoAllowed].join(', ')}.`,
      );
    }
    for (const [key, value] of Object.entries(content)) {
      const name = `${section}.${key}`;
      if (!known.has(name)) {
        const allowed = [...known]
          .filter((entry) => entry.startsWith(`${section}.`))
          .map((entry) => entry.slice(section.length + 1));
        throw new SnowpoolError(
          'invalid_argument',
          `${source} [${section}] has an unknown key '${key}': allowed are ${allowed.join(', ')}.`,
        );
      }
      layer.set(name, written(value, `${source} [${section}] ${key}`));
    }
  }
  return layer;
}
