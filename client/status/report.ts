import type { ConnectionStatus__Output } from '../../proto/generated/snowpool/v1/ConnectionStatus.ts';
import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { PoolStatus__Output } from '../../proto/generated/snowpool/v1/PoolStatus.ts';
import type { Paint } from '../cli/paint.ts';
import { printable } from '../cli/printable.ts';
import { count, duration, megabytes } from '../cli/words.ts';

const starters: Readonly<Record<string, string>> = {
  'front-end': 'started by a front-end',
  service: 'running as a service',
  foreground: 'running in the foreground',
};

/** `pool-status` for a person: how it is, why, what to do; then pools and clients. Ends with a newline. */
export function statusReport(given: DaemonStatus__Output, paint: Paint): string {
  const status = tamed(given);
  const facts = [
    `pid ${status.pid}`,
    `up ${duration(status.uptimeMs)}`,
    starters[status.startedBy] ?? status.startedBy,
    megabytes(status.memoryBytes),
  ];
  const blocks = [
    [
      `${paint.bold(`snowpool ${status.version}`)}  ${painted(status.state, paint)}`,
      paint.dim(facts.filter((fact) => fact !== '').join(' · ')),
    ],
    ...status.pools.map((pool) => poolBlock(pool, paint)),
    clientsBlock(status, paint),
    [statementsLine(status)],
    [paint.dim(`socket ${status.socket}`), ...(status.logFile === '' ? [] : [paint.dim(`log    ${status.logFile}`)])],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** Names come from clients, reasons from an account: neither may steer the terminal. */
function tamed<T>(value: T): T {
  // Each text is a part of one line.
  if (typeof value === 'string') return printable(value).replace(/[\n\t]/g, '�') as T;
  if (Array.isArray(value)) return value.map(tamed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, tamed(inner)])) as T;
}

/** A state as one coloured word with its mark. */
function painted(state: string, paint: Paint): string {
  const words = `● ${state.replaceAll('_', ' ')}`;
  if (state === 'healthy') return paint.green(words);
  if (state === 'starting' || state === 'degraded' || state === 'draining') return paint.yellow(words);
  return paint.red(words);
}

/** Why sessions were closed, by the daemon's word for it. */
const closedBecause: Readonly<Record<string, string>> = {
  idle: 'idle',
  age: 'too old',
  heartbeat: 'without heartbeat',
  broken: 'broken',
  context: 'for a context that could not be brought there',
  pin: 'kept for a client until it was through or gone',
  leak: 'held beyond a deadline',
  drain: 'as the daemon ended',
  profile: 'as settings changed',
};

function poolBlock(pool: PoolStatus__Output, paint: Paint): string[] {
  // In the order of the gauge's signs.
  const now = [
    [pool.leased, 'running'],
    [pool.pinned, 'pinned'],
    [pool.idle, 'idle'],
    [pool.opening, 'signing in'],
  ].flatMap(([n, what]) => (n ? [`${n} ${what}`] : []));
  const sessions = `${count(pool.size, 'session')}${now.length === 0 ? '' : `: ${now.join(', ')}`}`;
  const evictions = Object.entries(pool.evictions).filter(([, n]) => n > 0);
  return [
    `${paint.bold(pool.profile)}  ${painted(pool.state, paint)}  ${paint.dim(personOf(pool))}`,
    // Of a healthy pool the sessions say it all.
    ...(pool.state === 'healthy' && pool.size > 0 ? [] : sentence(pool.reason)),
    ...sentence(pool.advice, `${paint.bold('→')} `),
    `  ${gauge(pool)} ${sessions} (${bounds(pool)})`,
    paint.dim(
      `  ${count(pool.loginsSucceeded, 'sign-in')}${pool.loginsFailed > 0 ? `, ${pool.loginsFailed} failed` : ''}${checked(pool)}`,
    ),
    ...(evictions.length === 0
      ? []
      : [paint.dim(`  closed so far: ${evictions.map(([why, n]) => `${n} ${closedBecause[why] ?? why}`).join(', ')}`)]),
    ...pool.notes.flatMap((note) => sentence(note)),
  ];
}

/** Whose pool it is: `ACME-EU as JANE, role ANALYST`. */
function personOf({ account, user, role, sandbox }: PoolStatus__Output): string {
  return `${sandbox ? 'sandbox' : account} as ${user}${role === '' ? '' : `, role ${role}`}`;
}

function sentence(text: string, mark = ''): string[] {
  return text === '' ? [] : [`  ${mark}${text}`];
}

/** An older daemon tells no capacity. */
function capacityOf({ capacity, maxSize }: PoolStatus__Output): number {
  return capacity > 0 ? Math.min(capacity, maxSize) : maxSize;
}

function bounds(pool: PoolStatus__Output): string {
  const set = `min ${pool.minSize}, max ${pool.maxSize}`;
  return capacityOf(pool) < pool.maxSize ? `${capacityOf(pool)} at most for now; ${set}` : set;
}

/** One sign a session: running ■, pinned ◆, idle □, signing in ◌, room to grow ·. */
function gauge(pool: PoolStatus__Output): string {
  const used = '■'.repeat(pool.leased) + '◆'.repeat(pool.pinned) + '□'.repeat(pool.idle) + '◌'.repeat(pool.opening);
  return used + '·'.repeat(Math.max(0, Math.min(capacityOf(pool), 40) - used.length));
}

function checked(pool: PoolStatus__Output): string {
  return pool.lastHealthCheckMs === 0 ? '' : ` · checked ${duration(Date.now() - pool.lastHealthCheckMs)} ago`;
}

function clientsBlock({ clients, pools }: DaemonStatus__Output, paint: Paint): string[] {
  if (clients.length === 0) return [paint.dim('No clients are attached.')];
  const rows = clients.flatMap((client) => {
    const name = `${client.name}${client.version === '' ? '' : ` ${client.version}`}`;
    const since = duration(client.attachedMs);
    if (client.connections.length === 0) return [[name, `pid ${client.pid}`, since, 'no connection', '', '']];
    return client.connections.map((connection, index) => {
      const first = index === 0 ? [name, `pid ${client.pid}`, since] : ['', '', ''];
      if (connection.problem !== '') return [...first, connection.connection, 'cannot be used', connection.problem];
      const load = [
        connection.running > 0 ? `${connection.running} running` : '',
        connection.waiting > 0 ? `${connection.waiting} waiting` : '',
      ]
        .filter((part) => part !== '')
        .join(', ');
      const state =
        connection.pinned === '' ? load || 'idle' : `${load === '' ? '' : `${load}, `}pinned: ${connection.pinned}`;
      return [
        ...first,
        connectionOf(connection, pools),
        `${count(connection.calls, 'call')}, ${state}`,
        connection.context,
      ];
    });
  });
  return [paint.bold(count(clients.length, 'client')), ...columns(rows).map((row) => `  ${row}`)];
}

/** A client's connection; with its pool's person where the name alone leads to no pool, or to another one. */
function connectionOf(
  { connection, fingerprint }: ConnectionStatus__Output,
  pools: readonly PoolStatus__Output[],
): string {
  const pool = pools.find((other) => other.fingerprint === fingerprint);
  const isTold = pools.filter(({ profile }) => profile === connection).length === 1 && pool?.profile === connection;
  return pool && !isTold ? `${connection} (${personOf(pool)})` : connection;
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function statementsLine(status: DaemonStatus__Output): string {
  const counts = status.statements;
  if (!counts) return '';
  const parts = [
    `${counts.succeeded.toLocaleString('en')} succeeded`,
    `${counts.failed.toLocaleString('en')} failed`,
    `${counts.refused.toLocaleString('en')} refused`,
    `${counts.cancelled.toLocaleString('en')} cancelled`,
  ];
  return `Statements: ${parts.join(', ')}`;
}
