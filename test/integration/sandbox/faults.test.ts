import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect, destroy, execute, failedConnect, failedExecute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import type { FaultAction } from '../../support/sandbox-control.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(async () => {
  expect(await sandbox.stop()).toBe(0);
});

test('the control endpoint is there only where it was asked for, and only for its token', async () => {
  const answer = await fetch(`${sandbox.url}/sandbox/control/stats`);
  expect(answer.status).toBe(401);
  expect(await (await fetch(`${sandbox.url}/sandbox/control/nothing`)).json()).toMatchObject({ success: false });
});

describe.concurrent('faults that the driver answers by trying again', () => {
  const faults: readonly FaultAction[] = [
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, retryAfterSeconds: 0 },
    { kind: 'status', status: 503, handled: true },
    { kind: 'cut', when: 'unhandled' },
    { kind: 'cut', when: 'before' },
    { kind: 'cut', when: 'during' },
  ];

  test.each(faults)('%o: the statement runs once and its rows arrive', async (action) => {
    const user = Object.values(action).join('_').toUpperCase();
    const connection = await connect(sandbox.connectionOptions({ username: user }));
    const id = await sandbox.control.fault({ action, user, endpoints: ['query'], count: 1 });
    expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
    expect((await sandbox.control.faults()).find((fault) => fault.id === id)?.fired).toBe(1);
    expect((await sandbox.control.statements()).filter((statement) => statement.user === user)).toHaveLength(1);
    await destroy(connection);
  });

  test('a connection cut right after the answer costs nothing but the connection', async () => {
    const connection = await connect(sandbox.connectionOptions({ username: 'AFTER' }));
    await sandbox.control.fault({
      action: { kind: 'cut', when: 'after' },
      user: 'AFTER',
      endpoints: ['query'],
      count: 1,
    });
    expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
    expect((await execute(connection, 'SELECT 2 AS X')).rows).toEqual([{ X: 2 }]);
    await destroy(connection);
  });
});

describe('faults of other kinds', () => {
  afterEach(async () => {
    await sandbox.control.clearFaults();
  });

  test('an answer that never comes is let go when the faults are cleared', async () => {
    const connection = await connect(sandbox.connectionOptions());
    await sandbox.control.fault({ action: { kind: 'hang' }, endpoints: ['query'] });
    const running = execute(connection, 'SELECT 1 AS X');
    await sandbox.control.until((stats) => stats.faults.hang === 1);
    await sandbox.control.clearFaults();
    expect((await running).rows).toEqual([{ X: 1 }]);
    await destroy(connection);
  });

  test('many requests are held at once without a complaint', async () => {
    const connection = await connect(sandbox.connectionOptions());
    await sandbox.control.fault({ action: { kind: 'latency', ms: 300_000 }, endpoints: ['query'] });
    const before = (await sandbox.control.stats()).faults.latency ?? 0;
    const held = Array.from({ length: 30 }, (_, index) => execute(connection, `SELECT ${index} AS X`));
    await sandbox.control.until((stats) => stats.faults.latency === before + held.length);
    await sandbox.control.clearFaults();
    expect((await Promise.all(held)).map(({ rows }) => rows[0]?.X)).toEqual(held.map((_, index) => index));
    expect(sandbox.stderr()).toBe('');
    await destroy(connection);
  });

  test('latency lies on one endpoint only', async () => {
    const connection = await connect(sandbox.connectionOptions());
    await sandbox.control.fault({ action: { kind: 'latency', ms: 300_000 }, endpoints: ['query'] });
    const slow = execute(connection, 'SELECT 1 AS X');
    expect(await connection.isValidAsync()).toBe(true);
    await sandbox.control.clearFaults();
    expect((await slow).rows).toEqual([{ X: 1 }]);
    await destroy(connection);
  });

  test('expired tokens on request: the driver renews; killed sessions: it is down', async () => {
    const connection = await connect(sandbox.connectionOptions());
    await sandbox.control.fault({
      action: { kind: 'expire-tokens', tokens: ['session'] },
      endpoints: ['query'],
      count: 1,
    });
    expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
    expect((await sandbox.control.stats()).sessions.renewals).toBe(1);
    await sandbox.control.fault({ action: { kind: 'kill-session' }, endpoints: ['query'], count: 1 });
    expect(await failedExecute(connection, 'SELECT 2')).toMatchObject({ code: 407002 });
    expect((await sandbox.control.stats()).sessions).toMatchObject({ killed: 1 });
  });

  test('an error code of choice reaches the driver', async () => {
    const connection = await connect(sandbox.connectionOptions());
    await sandbox.control.fault({
      action: { kind: 'error', code: '000610', message: 'Too many.', sqlState: '53300' },
      endpoints: ['query'],
      count: 1,
    });
    expect(await failedExecute(connection, 'SELECT 1')).toMatchObject({ code: '000610', message: 'Too many.' });
    await destroy(connection);
  });

  test('a fault can be narrowed to a user, a session and a text, and let some requests pass first', async () => {
    const ann = await connect(sandbox.connectionOptions({ username: 'ann' }));
    const bob = await connect(sandbox.connectionOptions({ username: 'bob' }));
    const error = { kind: 'error', code: '000610' } as const;
    await sandbox.control.fault({ action: error, user: 'bob', sqlContains: 'select 2', after: 1 });
    await execute(bob, 'SELECT 2');
    await execute(bob, 'SELECT 1');
    await execute(ann, 'SELECT 2');
    expect(await failedExecute(bob, 'SELECT 2')).toMatchObject({ code: '000610' });
    await sandbox.control.clearFaults();
    const [first] = (await sandbox.control.sessions()).filter((session) => session.user === 'ANN');
    await sandbox.control.fault({ action: error, sessionId: first?.sessionId ?? '', endpoints: ['query'] });
    expect(await failedExecute(ann, 'SELECT 1')).toMatchObject({ code: '000610' });
    await execute(bob, 'SELECT 1');
    await sandbox.control.clearFaults();
    await destroy(ann);
    await destroy(bob);
  });

  test('a seed makes a fault by probability fire on the same requests again', async () => {
    const connection = await connect(sandbox.connectionOptions());
    const round = async () => {
      await sandbox.control.fault({
        action: { kind: 'error', code: '000610' },
        endpoints: ['query'],
        probability: 0.5,
        seed: 42,
      });
      const outcomes: boolean[] = [];
      for (let tries = 0; tries < 12; tries += 1) {
        outcomes.push(
          await execute(connection, 'SELECT 1').then(
            () => true,
            () => false,
          ),
        );
      }
      await sandbox.control.clearFaults();
      return outcomes;
    };
    const first = await round();
    expect(await round()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([true, false]));
    await destroy(connection);
  });

  test.each(['truncated', 'html', 'empty'] as const)(
    'a body that is %s ends the login with an error of the driver, not a hang',
    async (body) => {
      await sandbox.control.fault({ action: { kind: 'malformed', body }, endpoints: ['login'] });
      expect(await failedConnect(sandbox.connectionOptions())).toBeInstanceOf(Error);
    },
  );

  test('a slow answer arrives whole', async () => {
    const connection = await connect(sandbox.connectionOptions());
    await sandbox.control.fault({ action: { kind: 'slow', bytesPerSecond: 40_000 }, endpoints: ['query'], count: 1 });
    expect((await execute(connection, 'SELECT 1 AS X')).rows).toEqual([{ X: 1 }]);
    await destroy(connection);
  });

  test('a fault that is not understood is refused with what is wrong', async () => {
    await expect(sandbox.control.fault({ action: { kind: 'cut' }, endpoints: [] })).rejects.toThrow(
      /HTTP 400.*endpoints/,
    );
  });
});
