/**
 * Every setting a profile can have, in one table: its name, where it may be written, what is allowed, its default.
 * `config/` turns environment and files into profiles; it imports nothing from the rest of the daemon but errors.
 */

/** A whole number of something, within bounds. */
interface NumberRule {
  readonly kind: 'number';
  readonly min: number;
  readonly max: number;
  readonly isInteger: boolean;
  readonly unit: string;
}
interface ChoiceRule {
  readonly kind: 'choice';
  readonly allowed: readonly string[];
}
interface TextRule {
  readonly kind: 'text';
}

export interface Setting {
  /** Canonical name: as in connections.toml, or `section.name` as in snowpool's config file. */
  readonly name: string;
  /** Environment variables, first wins. */
  readonly variables: readonly string[];
  /** Other spellings in connections.toml. */
  readonly aliases?: readonly string[];
  readonly rule: NumberRule | ChoiceRule | TextRule;
  readonly isSecret?: boolean;
  readonly default?: string;
}

const text: TextRule = { kind: 'text' };
const whole = (min: number, max: number, unit: string): NumberRule => ({
  kind: 'number',
  min,
  max,
  isInteger: true,
  unit,
});
const real = (min: number, max: number, unit: string): NumberRule => ({
  kind: 'number',
  min,
  max,
  isInteger: false,
  unit,
});

/** How to reach an account (Snowflake's own names). */
export const connectionSettings = [
  { name: 'account', variables: ['SNOWFLAKE_ACCOUNT'], rule: text },
  { name: 'user', variables: ['SNOWFLAKE_USER'], aliases: ['username'], rule: text },
  { name: 'password', variables: ['SNOWFLAKE_PASSWORD'], rule: text, isSecret: true },
  {
    name: 'auth_type',
    variables: ['SNOWFLAKE_AUTH_TYPE'],
    rule: { kind: 'choice', allowed: ['private_key', 'external_browser'] },
  },
  { name: 'authenticator', variables: ['SNOWFLAKE_AUTHENTICATOR'], rule: text },
  {
    name: 'private_key_file',
    variables: ['SNOWFLAKE_PRIVATE_KEY_FILE', 'SNOWFLAKE_PRIVATE_KEY_PATH'],
    aliases: ['private_key_path'],
    rule: text,
  },
  {
    name: 'private_key_file_pwd',
    variables: ['SNOWFLAKE_PRIVATE_KEY_FILE_PWD'],
    aliases: ['private_key_passphrase'],
    rule: text,
    isSecret: true,
  },
  { name: 'token', variables: ['SNOWFLAKE_TOKEN'], rule: text, isSecret: true },
  { name: 'token_file_path', variables: ['SNOWFLAKE_TOKEN_FILE_PATH'], rule: text },
  { name: 'passcode', variables: ['SNOWFLAKE_PASSCODE'], rule: text, isSecret: true },
  {
    name: 'passcode_in_password',
    variables: ['SNOWFLAKE_PASSCODE_IN_PASSWORD'],
    rule: { kind: 'choice', allowed: ['true', 'false'] },
  },
  { name: 'host', variables: ['SNOWFLAKE_HOST'], rule: text },
  { name: 'port', variables: ['SNOWFLAKE_PORT'], rule: whole(1, 65535, '') },
  {
    name: 'protocol',
    variables: ['SNOWFLAKE_PROTOCOL'],
    rule: { kind: 'choice', allowed: ['https', 'http'] },
    default: 'https',
  },
  { name: 'role', variables: ['SNOWFLAKE_ROLE'], rule: text },
  { name: 'warehouse', variables: ['SNOWFLAKE_WAREHOUSE'], rule: text },
  { name: 'database', variables: ['SNOWFLAKE_DATABASE'], rule: text },
  { name: 'schema', variables: ['SNOWFLAKE_SCHEMA'], rule: text },
] as const satisfies readonly Setting[];

/** snowpool's own: sizes and times of the pool (DESIGN §5), the guard's policy (§7), a client's limits (§6, §7). */
export const poolSettings = [
  { name: 'pool.min_size', variables: ['SNOWFLAKE_POOL_MIN_SIZE'], rule: whole(0, 100, 'sessions'), default: '2' },
  { name: 'pool.max_size', variables: ['SNOWFLAKE_POOL_MAX_SIZE'], rule: whole(1, 100, 'sessions'), default: '10' },
  {
    name: 'pool.max_inactive_minutes',
    variables: ['SNOWFLAKE_POOL_MAX_INACTIVE_MINUTES'],
    rule: real(0.01, 10_080, 'minutes'),
    default: '30',
  },
  {
    name: 'pool.health_check_minutes',
    variables: ['SNOWFLAKE_POOL_HEALTH_CHECK_MINUTES'],
    rule: real(0.01, 55, 'minutes (a session token dies after 60)'),
    default: '5',
  },
  {
    name: 'pool.connection_timeout',
    variables: ['SNOWFLAKE_POOL_CONNECTION_TIMEOUT'],
    rule: real(0.1, 3600, 'seconds'),
    default: '30.0',
  },
  {
    name: 'pool.retry_attempts',
    variables: ['SNOWFLAKE_POOL_RETRY_ATTEMPTS'],
    rule: whole(0, 10, 'attempts'),
    default: '3',
  },
  {
    name: 'pool.refresh_hours',
    variables: ['SNOWFLAKE_CONN_REFRESH_HOURS'],
    rule: real(0.001, 168, 'hours'),
    default: '8',
  },
  {
    name: 'pool.grow_after_ms',
    variables: ['SNOWPOOL_POOL_GROW_AFTER_MS'],
    rule: whole(0, 60_000, 'milliseconds'),
    default: '250',
  },
] as const satisfies readonly Setting[];

export const policySettings = [
  {
    name: 'policy.mode',
    variables: ['SNOWPOOL_POLICY'],
    rule: { kind: 'choice', allowed: ['read-only', 'confirm', 'read-write'] },
    default: 'read-only',
  },
  { name: 'policy.allow', variables: ['SNOWPOOL_POLICY_ALLOW'], rule: text, default: '' },
  { name: 'policy.deny', variables: ['SNOWPOOL_POLICY_DENY'], rule: text, default: '' },
  {
    name: 'policy.functions',
    variables: ['SNOWPOOL_POLICY_FUNCTIONS'],
    rule: { kind: 'choice', allowed: ['all', 'no-ai', 'builtin'] },
    default: 'all',
  },
] as const satisfies readonly Setting[];

export const limitSettings = [
  { name: 'limits.max_waiting', variables: ['SNOWPOOL_MAX_WAITING'], rule: whole(1, 10_000, 'calls'), default: '100' },
  { name: 'limits.max_running', variables: ['SNOWPOOL_MAX_RUNNING'], rule: whole(1, 100, 'calls') },
  {
    name: 'limits.pin_idle_minutes',
    variables: ['SNOWPOOL_PIN_IDLE_MINUTES'],
    rule: real(0.01, 240, 'minutes'),
    default: '10',
  },
  {
    name: 'limits.statement_timeout_seconds',
    variables: ['SNOWPOOL_STATEMENT_TIMEOUT_SECONDS'],
    rule: whole(1, 604_800, 'seconds'),
    default: '600',
  },
  {
    name: 'limits.wait_seconds',
    variables: ['SNOWPOOL_WAIT_SECONDS'],
    rule: real(0.1, 3600, 'seconds'),
    default: '45',
  },
] as const satisfies readonly Setting[];

export const snowpoolSettings = [...poolSettings, ...policySettings, ...limitSettings] as const;
export const allSettings: readonly Setting[] = [...connectionSettings, ...snowpoolSettings];

export type ConnectionName = (typeof connectionSettings)[number]['name'];
export type SettingName = ConnectionName | (typeof snowpoolSettings)[number]['name'];
