import { describe, expect, it } from 'vitest';
import { paintFor } from '../../../client/cli/paint.ts';
import { statusReport } from '../../../client/status/report.ts';
import type { DaemonStatus__Output } from '../../../proto/generated/snowpool/v1/DaemonStatus.ts';

const plain = paintFor({ isTTY: false }, {});

const pool: DaemonStatus__Output['pools'][number] = {
  profile: 'dev',
  fingerprint: 'f00d',
  account: 'ACME-EU',
  user: 'JANE',
  role: 'ANALYST',
  sandbox: false,
  state: 'degraded',
  reason: 'One of 4 sessions did not answer its heartbeat.',
  advice: 'Nothing to do: it is being replaced.',
  minSize: 2,
  maxSize: 10,
  capacity: 10,
  size: 3,
  idle: 1,
  leased: 1,
  pinned: 1,
  opening: 1,
  sessions: [],
  loginsSucceeded: 5,
  loginsFailed: 1,
  evictions: { idle: 2, broken: 1, age: 0 },
  lastHealthCheckMs: 0,
  notes: ['cursor asked for 20 sessions, the pool has 10.'],
};

const status: DaemonStatus__Output = {
  version: '1.2.3',
  pid: 4711,
  socket: '/run/user/1000/snowpool/daemon.sock',
  uptimeMs: 8_040_000,
  state: 'degraded',
  startedBy: 'front-end',
  pools: [pool],
  clients: [
    {
      id: 'a',
      name: 'claude-code',
      version: '2.1',
      pid: 812,
      attachedMs: 65_000,
      connections: [
        {
          connection: 'dev',
          fingerprint: 'f00d',
          running: 1,
          waiting: 2,
          pinned: '',
          calls: 57,
          context: 'role ANALYST',
          problem: '',
        },
        {
          connection: 'prod',
          fingerprint: 'beef',
          running: 0,
          waiting: 0,
          pinned: 'an open transaction',
          calls: 1,
          context: '',
          problem: '',
        },
        {
          connection: 'old',
          fingerprint: '',
          running: 0,
          waiting: 0,
          pinned: '',
          calls: 0,
          context: '',
          problem: "There is no connection 'old'.",
        },
      ],
    },
    { id: 'b', name: 'cursor', version: '', pid: 9, attachedMs: 400, connections: [] },
  ],
  statements: { succeeded: 1_210, failed: 3, refused: 1, cancelled: 0 },
  memoryBytes: 182_400_000,
  logFile: '/home/me/.local/state/snowpool/daemon.log',
};

describe('pool-status', () => {
  it('says how it is, why, and what to do, then who is there', () => {
    expect(statusReport(status, plain)).toBe(`snowpool 1.2.3  ● degraded
pid 4711 · up 2 h 14 min · started by a front-end · 182 MB

dev  ● degraded  ACME-EU as JANE, role ANALYST
  One of 4 sessions did not answer its heartbeat.
  → Nothing to do: it is being replaced.
  ■◆□◌······ 3 sessions: 1 running, 1 pinned, 1 idle, 1 signing in (min 2, max 10)
  5 sign-ins, 1 failed
  closed so far: 2 idle, 1 broken
  cursor asked for 20 sessions, the pool has 10.

2 clients
  claude-code 2.1  pid 812  65 s    dev            57 calls, 1 running, 2 waiting       role ANALYST
                                    prod           1 call, pinned: an open transaction
                                    old            cannot be used                       There is no connection 'old'.
  cursor           pid 9    400 ms  no connection

Statements: 1,210 succeeded, 3 failed, 1 refused, 0 cancelled

socket /run/user/1000/snowpool/daemon.sock
log    /home/me/.local/state/snowpool/daemon.log
`);
  });

  it('tells pools apart that clients know by one name, and finds the one that a client knows by another', () => {
    const other = { ...pool, fingerprint: 'beef', user: 'BOB', role: '' };
    const report = statusReport({ ...status, pools: [pool, other] }, plain);
    expect(report).toMatch(/^ {2}claude-code .* dev \(ACME-EU as JANE, role ANALYST\) +57 calls/m);
    expect(report).toMatch(/^ +prod \(ACME-EU as BOB\) +1 call/m);
    expect(report).toMatch(/^ +old +cannot be used/m);
  });

  it('draws no room to grow where the pool has to stay at one session, and tells the set bounds all the same', () => {
    const alone = { ...pool, capacity: 1, size: 1, leased: 1, idle: 0, pinned: 0, opening: 0 };
    expect(statusReport({ ...status, pools: [alone] }, plain)).toContain(
      '  ■ 1 session: 1 running (1 at most for now; min 2, max 10)\n',
    );
  });

  it('shows no control characters that a client put into its name', () => {
    const [client] = status.clients;
    const clients = client ? [{ ...client, name: 'evil\x1b]0;title\x07\nname' }] : [];
    expect(statusReport({ ...status, clients }, plain)).toContain('evil�]0;title��name');
    const turned = { ...pool, reason: 'a\u202eb\u2028c' };
    expect(statusReport({ ...status, pools: [turned] }, plain)).toContain('a�b�c');
  });

  it.each([
    ['idle', 'idle'],
    ['age', 'too old'],
    ['heartbeat', 'without heartbeat'],
    ['broken', 'broken'],
    ['context', 'for a context that could not be brought there'],
    ['pin', 'kept for a client until it was through or gone'],
    ['leak', 'held beyond a deadline'],
    ['drain', 'as the daemon ended'],
    ['profile', 'as settings changed'],
  ])('says in words why sessions were closed: %s', (reason, words) => {
    const pools = status.pools.map((pool) => ({ ...pool, evictions: { [reason]: 3 } }));
    expect(statusReport({ ...status, pools }, plain)).toContain(`closed so far: 3 ${words}\n`);
  });

  it('says why of a pool that is not healthy alone: of a healthy one its sessions say it', () => {
    const healthy = { ...pool, state: 'healthy', reason: '4 sessions are open.', advice: '' };
    expect(statusReport({ ...status, pools: [healthy] }, plain)).not.toContain('sessions are open');
    const empty = { ...healthy, size: 0, reason: 'No session is open; the next call signs in.' };
    expect(statusReport({ ...status, pools: [empty] }, plain)).toContain('the next call signs in');
  });

  it.each(['starting', 'healthy', 'degraded', 'unavailable', 'credentials_rejected', 'draining'])(
    'names the state %s in words, in colour only on a terminal',
    (state) => {
      const words = state.replaceAll('_', ' ');
      const coloured = paintFor({ isTTY: true }, {});
      expect(statusReport({ ...status, state, pools: [] }, plain)).toContain(`● ${words}\n`);
      expect(statusReport({ ...status, state, pools: [] }, coloured)).toMatch(new RegExp(`\\x1b\\[3[123]m● ${words}`));
      expect(statusReport(status, paintFor({ isTTY: true }, { NO_COLOR: '1' }))).toBe(statusReport(status, plain));
    },
  );
});
