import { z } from 'zod';
import { viewPage } from './render/page-view.ts';
import { renderRows } from './render/rows.ts';
import { plainColumn } from './text-columns.ts';
import { argument, defineTool, type Format, type ToolAnswer } from './tool.ts';

const poolShape = z.object({
  profile: z.string(),
  account: z.string(),
  user: z.string(),
  role: z.string(),
  sandbox: z.boolean(),
  state: z.string(),
  reason: z.string(),
  advice: z.string(),
  minSize: z.int(),
  maxSize: z.int(),
  size: z.int(),
  idle: z.int(),
  leased: z.int(),
  pinned: z.int(),
  opening: z.int(),
  loginsSucceeded: z.int(),
  loginsFailed: z.int(),
  notes: z.array(z.string()),
});

const clientShape = z.object({
  name: z.string(),
  version: z.string(),
  pid: z.int(),
  connections: z.array(
    z.object({
      connection: z.string(),
      running: z.int(),
      waiting: z.int(),
      pinned: z.string(),
      calls: z.int(),
      context: z.string(),
      problem: z.string(),
    }),
  ),
});

/** The part of the daemon's status (proto/snowpool/v1/status.proto) that this tool tells. */
const statusShape = z.object({
  version: z.string(),
  state: z.string(),
  uptimeMs: z.number(),
  pools: z.array(poolShape),
  clients: z.array(clientShape),
  statements: z.object({ succeeded: z.int(), failed: z.int(), refused: z.int(), cancelled: z.int() }),
});

export const poolStatus = defineTool({
  name: 'pool_status',
  title: 'State of the session pools',
  description: [
    'Tells how the daemon and its pools of Snowflake sessions are: state and why, sessions idle and in use, who is attached, how many statements ran.',
    'Use it when calls wait or fail; it asks nothing of Snowflake. Example: {}',
  ].join('\n'),
  input: z.strictObject({ format: argument.format }),
  output: statusShape.extend({ pools: z.array(poolShape), clients: z.array(clientShape) }),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  async run(call, args): Promise<ToolAnswer> {
    const status = statusShape.parse(call.status());
    return { texts: statusTexts(status, args.format), structured: status };
  },
});

function statusTexts(status: z.infer<typeof statusShape>, format: Format): string[] {
  const { statements } = status;
  const summary = [
    `The daemon (version ${status.version}) is ${status.state}, up for ${minutes(status.uptimeMs)}.`,
    `Statements: ${statements.succeeded} succeeded, ${statements.failed} failed, ${statements.refused} refused, ${statements.cancelled} cancelled.`,
    ...status.pools.flatMap((pool) => [
      `${pool.profile} (${pool.account} as ${pool.user}) is ${pool.state}${pool.reason ? `: ${pool.reason}` : '.'}`,
      ...(pool.advice ? [pool.advice] : []),
      ...pool.notes,
    ]),
  ];
  const pools = table(
    [
      'pool',
      'account',
      'user',
      'role',
      'state',
      'sessions',
      'idle',
      'leased',
      'pinned',
      'opening',
      'min',
      'max',
      'logins',
      'failed_logins',
    ],
    status.pools.map((pool) => [
      pool.profile,
      pool.account,
      pool.user,
      pool.role,
      pool.state,
      pool.size,
      pool.idle,
      pool.leased,
      pool.pinned,
      pool.opening,
      pool.minSize,
      pool.maxSize,
      pool.loginsSucceeded,
      pool.loginsFailed,
    ]),
    format,
  );
  const clients = table(
    ['client', 'version', 'pid', 'connection', 'running', 'waiting', 'pinned', 'calls', 'context'],
    status.clients.flatMap((client) =>
      client.connections.map((connection) => [
        client.name,
        client.version,
        client.pid,
        connection.connection,
        connection.running,
        connection.waiting,
        connection.pinned,
        connection.calls,
        connection.problem === '' ? connection.context : `cannot be used: ${connection.problem}`,
      ]),
    ),
    format,
  );
  if (format === 'markdown') return [[summary.join('\n'), pools, clients].join('\n\n')];
  return [pools, clients, summary.join('\n')];
}

function table(names: readonly string[], rows: readonly (readonly (string | number)[])[], format: Format): string {
  const columns = names.map((name, at) => plainColumn(name, typeof rows[0]?.[at] === 'number' ? 'fixed' : 'text'));
  const cells = rows.map((row) => row.map(String));
  return renderRows(viewPage({ columns, rows: cells, offset: 0, timezone: undefined }), format);
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
