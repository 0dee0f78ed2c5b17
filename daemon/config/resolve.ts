import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { configPath } from '../../proto/paths.ts';
import { SnowpoolError } from '../errors.ts';
import { readCredentials } from './credentials.ts';
import { checkValue, environmentLayer, type Layer, Layers, refused, type Written } from './layers.ts';
import type { ClientLimits, Policy, PolicyMode, PoolSettings, Profile } from './profile.ts';
import { readProxy } from './proxy.ts';
import { allSettings, connectionSettings, poolSettings, type Setting } from './settings.ts';
import {
  connectionLayer,
  readConnections,
  readToml,
  sessionParametersOf,
  snowflakeHome,
  snowpoolLayers,
} from './toml-files.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a front-end brings when it attaches. */
export interface ProfileRequest {
  /** Only what the front-end sent; nothing of the daemon's own. */
  readonly environment: Environment;
  readonly home: string;
  /** `--connection NAME`; undefined: environment and default connection. */
  readonly connection: string | undefined;
  readonly isSandbox: boolean;
  /** `--policy MODE`: tightens, never loosens. */
  readonly policy: string | undefined;
}

/** A profile, and each setting with the place it was written at. */
export interface Resolved {
  readonly profile: Profile;
  readonly written: ReadonlyMap<string, Written>;
}

/**
 * Turns what a front-end brought into a profile: flag, environment, snowpool's file, connections.toml, default (DESIGN §9).
 * A connection that a flag names counts as given by the flag: the environment only fills what it leaves open, so that
 * a password of one account is never sent to another.
 * @param fingerprintKey secret of this daemon; keys the fingerprint.
 * @param defaults pool sizes and times that the daemon was started with, below the files.
 * @throws SnowpoolError unknown_profile, invalid_argument.
 */
export function resolveProfile(request: ProfileRequest, fingerprintKey: Uint8Array, defaults: Layer): Resolved {
  const { environment, home } = request;
  const file = readOwnFile(environment, home);
  const own = environmentLayer(environment);
  const fileDefault =
    typeof file?.table.default_connection_name === 'string' ? file.table.default_connection_name : undefined;
  // An account of that name with a host of its own is somebody's `snowpool sandbox`, reached like any account.
  const isEmbeddedAccount = own.get('account')?.value === 'sandbox' && !own.has('host');
  const isSandbox = request.isSandbox || isSandboxWanted(environment) || isEmbeddedAccount;

  const named = isSandbox ? undefined : findConnection(request, fileDefault, own);
  const name = isSandbox ? 'sandbox' : (named?.connection.name ?? 'default');
  const fromFile = named ? connectionLayer(named.connection) : new Map<string, Written>();
  const snowpool = snowpoolLayers(file, name);
  const settings = new Layers(
    named?.isByFlag
      ? [fromFile, own, ...snowpool.layers, defaults]
      : [...(isSandbox ? [sandboxLayer(own)] : []), own, ...snowpool.layers, fromFile, defaults],
  );
  for (const setting of allSettings) {
    const written = settings.written(setting.name as Parameters<Layers['written']>[0]);
    if (written && written.source !== 'default') checkValue(setting, written);
  }

  const account = settings.text('account');
  if (account === undefined) throw noAccount(named?.connection.source);
  const user = settings.text('user');
  const credentials = readCredentials(settings, home);
  if (user === undefined && credentials.kind !== 'oauth') {
    throw new SnowpoolError(
      'invalid_argument',
      `No user is configured for the account ${account}.`,
      'Set SNOWFLAKE_USER, or user in connections.toml.',
    );
  }
  const sessionParameters = new Map([
    ...snowpool.sessionParameters,
    ...(named ? sessionParametersOf(named.connection.table, named.connection.source) : []),
  ]);
  const identity = {
    name,
    isSandbox,
    account,
    user: user ?? '',
    credentials,
    host: settings.text('host'),
    port: settings.number('port'),
    protocol: settings.text('protocol') === 'http' ? ('http' as const) : ('https' as const),
    role: settings.text('role'),
    warehouse: settings.text('warehouse'),
    database: settings.text('database'),
    schema: settings.text('schema'),
    sessionParameters: Object.fromEntries([...sessionParameters].map(([key, { value }]) => [key, value])),
    proxy: isSandbox ? undefined : readProxy(environment),
  };
  const { name: _label, ...identifying } = identity;
  const fingerprint = createHmac('sha256', fingerprintKey).update(canonical(identifying)).digest('hex').slice(0, 16);
  return {
    profile: {
      ...identity,
      fingerprint,
      policy: readPolicy(settings, request.policy),
      pool: readPool(settings),
      limits: readLimits(settings),
    },
    written: new Map([
      ...allSettings.flatMap((setting) => entry(setting, settings)),
      ...[...sessionParameters].map(([key, { value, source }]): [string, Written] => [
        `session_parameters.${key}`,
        { value: String(value), source },
      ]),
    ]),
  };
}

/** Anything but 1 is refused: who means the sandbox must not end up at an account. */
function isSandboxWanted({ SNOWPOOL_SANDBOX: value = '' }: Environment): boolean {
  if (value === '' || value === '0' || value === '1') return value === '1';
  throw refused('SNOWPOOL_SANDBOX', value, '1, or 0');
}

/** snowpool's own file. One that is named and not there is refused: its policy would be missing without a word. */
function readOwnFile(environment: Environment, home: string) {
  const path = configPath(environment, home);
  const file = readToml(path);
  if (file || !environment.SNOWPOOL_CONFIG) return file;
  throw new SnowpoolError(
    'invalid_argument',
    `SNOWPOOL_CONFIG names ${path}, and there is no such file.`,
    'Name the file, or unset the variable.',
  );
}

function entry(setting: Setting, settings: Layers): [string, Written][] {
  const written = settings.written(setting.name as Parameters<Layers['written']>[0]);
  return written ? [[setting.name, written]] : [];
}

/** JSON with keys in one order, so that equal profiles have equal fingerprints. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function findConnection(request: ProfileRequest, fileDefault: string | undefined, own: Layer) {
  const folder = snowflakeHome(request.environment, request.home);
  const { connections, defaultName } = readConnections(folder);
  const wanted =
    request.connection ?? request.environment.SNOWFLAKE_DEFAULT_CONNECTION_NAME ?? fileDefault ?? defaultName;
  const connection = connections.get(wanted ?? 'default');
  if (connection) {
    // An account in the environment that is not the default connection's is a profile of its own.
    const otherAccount = own.get('account')?.value;
    const isOther =
      request.connection === undefined && otherAccount !== undefined && otherAccount !== connection.table.account;
    return isOther ? undefined : { connection, isByFlag: request.connection !== undefined };
  }
  if (wanted !== undefined && (request.connection !== undefined || own.get('account') === undefined)) {
    const names = [...connections.keys()];
    throw new SnowpoolError(
      'unknown_profile',
      `There is no connection '${wanted}' in ${folder}: ${names.length > 0 ? `there are ${names.join(', ')}` : 'no connections are defined there'}.`,
      names.length > 0
        ? 'Name one of them, or add it to connections.toml.'
        : `Write it into ${join(folder, 'connections.toml')}, or leave it out and set SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER.`,
    );
  }
  return undefined;
}

function noAccount(source: string | undefined): SnowpoolError {
  return new SnowpoolError(
    'unknown_profile',
    source ? `${source} names no account.` : 'No Snowflake account is configured.',
    'Set SNOWFLAKE_ACCOUNT and SNOWFLAKE_USER (or a connection in ~/.snowflake/connections.toml), or start with --sandbox to try snowpool without an account.',
  );
}

/** The embedded account needs nothing: whatever is missing has a value. */
function sandboxLayer(own: Layer): Layer {
  const layer = new Map<string, Written>();
  const given = (name: string, value: string) => layer.set(name, { value, source: '--sandbox' });
  given('account', 'sandbox');
  given('authenticator', 'snowflake');
  given('protocol', 'http');
  if (!own.has('user')) given('user', 'SANDBOX');
  given('password', own.get('password')?.value ?? 'sandbox');
  return layer;
}

function readPool(settings: Layers): PoolSettings {
  const maxSize = settings.requiredNumber('pool.max_size');
  const wantedMin = settings.requiredNumber('pool.min_size');
  // Whoever sets the larger one alone has not asked for more than that.
  const minSize = settings.written('pool.min_size')?.source === 'default' ? Math.min(wantedMin, maxSize) : wantedMin;
  if (minSize > maxSize) {
    const min = settings.written('pool.min_size');
    const max = settings.written('pool.max_size');
    throw new SnowpoolError(
      'invalid_argument',
      `${min?.source} is '${minSize}': allowed is at most ${max?.source === 'default' ? 'SNOWFLAKE_POOL_MAX_SIZE' : max?.source}, which is ${maxSize}.`,
      'Lower the one or raise the other.',
    );
  }
  const connectionTimeoutMs = settings.requiredNumber('pool.connection_timeout') * 1000;
  const wantedGrowMs = settings.requiredNumber('pool.grow_after_ms');
  const grow = settings.written('pool.grow_after_ms');
  // Whoever sets the other one alone has not asked for a pool that never grows.
  const growAfterMs = grow?.source === 'default' ? Math.min(wantedGrowMs, connectionTimeoutMs / 2) : wantedGrowMs;
  if (growAfterMs >= connectionTimeoutMs) {
    const timeout = settings.written('pool.connection_timeout');
    throw new SnowpoolError(
      'invalid_argument',
      `${grow?.source} is '${growAfterMs}': allowed is less than ${timeout?.source === 'default' ? 'SNOWFLAKE_POOL_CONNECTION_TIMEOUT' : timeout?.source}, which is ${connectionTimeoutMs} milliseconds.`,
      'Lower the one or raise the other: a call that gives up first never lets the pool grow.',
    );
  }
  return {
    minSize,
    maxSize,
    maxInactiveMs: settings.requiredNumber('pool.max_inactive_minutes') * 60_000,
    healthCheckMs: settings.requiredNumber('pool.health_check_minutes') * 60_000,
    connectionTimeoutMs,
    retryAttempts: settings.requiredNumber('pool.retry_attempts'),
    refreshMs: settings.requiredNumber('pool.refresh_hours') * 3_600_000,
    growAfterMs,
  };
}

/**
 * The pool settings of the daemon's own environment, checked at its start: they hold for clients that bring none.
 * Throws SnowpoolError invalid_argument.
 */
export function readPoolDefaults(environment: Environment): Layer {
  const layer = environmentLayer(environment, poolSettings);
  const settings = new Layers([layer]);
  for (const setting of poolSettings) {
    const written = layer.get(setting.name);
    if (written) checkValue(setting, written);
  }
  readPool(settings);
  return layer;
}

const strictness: readonly PolicyMode[] = ['read-only', 'confirm', 'read-write'];

function readPolicy(settings: Layers, flag: string | undefined): Policy {
  const functions = settings.text('policy.functions');
  const policy: Policy = {
    mode: modeOf(settings.text('policy.mode') ?? 'read-only', 'policy mode'),
    allow: list(settings.text('policy.allow')),
    deny: list(settings.text('policy.deny')),
    functions: functions === 'no-ai' || functions === 'builtin' ? functions : 'all',
  };
  return flag === undefined || flag === '' ? policy : tighten(policy, modeOf(flag, '--policy'));
}

/** The stricter of both modes; where the flag's is the stricter one, what is allowed beyond the other is gone, too. */
function tighten(policy: Policy, wanted: PolicyMode): Policy {
  if (strictness.indexOf(wanted) >= strictness.indexOf(policy.mode)) return policy;
  return { ...policy, mode: wanted, allow: [] };
}

function modeOf(value: string, source: string): PolicyMode {
  const mode = strictness.find((entry) => entry === value);
  if (!mode)
    throw new SnowpoolError('invalid_argument', `${source} is '${value}': allowed is one of ${strictness.join(', ')}.`);
  return mode;
}

const list = (value: string | undefined): string[] =>
  (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

function readLimits(settings: Layers): ClientLimits {
  return {
    maxWaiting: settings.requiredNumber('limits.max_waiting'),
    maxRunning: settings.number('limits.max_running'),
    pinIdleMs: settings.requiredNumber('limits.pin_idle_minutes') * 60_000,
    statementTimeoutSeconds: settings.requiredNumber('limits.statement_timeout_seconds'),
    waitMs: settings.requiredNumber('limits.wait_seconds') * 1000,
  };
}

/** Names of settings whose values are secrets, for masking. */
export const secretSettings: ReadonlySet<string> = new Set(
  (connectionSettings as readonly Setting[]).filter((setting) => setting.isSecret).map((setting) => setting.name),
);
