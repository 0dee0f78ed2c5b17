import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import type { FrontEnd, ToolResult } from '../../support/front-end.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';
import type { SandboxStatement } from '../../support/sandbox-control.ts';

let sandbox: Sandbox;
let daemon: DaemonProcess;
beforeAll(async () => {
  sandbox = await startSandbox();
  daemon = await startDaemon();
});
afterEach(() => sandbox.control.clearFaults());
afterAll(async () => {
  await daemon.dispose();
  await sandbox.stop();
});

const attach = (name: string, environment: Readonly<Record<string, string>> = {}): Promise<FrontEnd> =>
  daemon.attach({ name, environment: { ...sandbox.environment(), ...environment } });

const onlyOneSession = { SNOWFLAKE_POOL_MIN_SIZE: '1', SNOWFLAKE_POOL_MAX_SIZE: '1' };

const text = (result: ToolResult) => result.content.map((part) => part.text).join('\n');
const field = (result: ToolResult, name: string) => result.structuredContent?.[name];

/** Asks the account again and again until it has such a statement; rejects after ten seconds. */
async function statementWhere(isWanted: (statement: SandboxStatement) => boolean): Promise<SandboxStatement> {
  const until = performance.now() + 10_000;
  for (;;) {
    const statements = await sandbox.control.statements();
    const found = statements.find(isWanted);
    if (found) return found;
    if (performance.now() > until) throw new Error(`no such statement among ${statements.length}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Resolves once the account runs a statement whose text contains this. */
const running = (part: string) => statementWhere(({ state, sql }) => state === 'RUNNING' && sql.includes(part));

/** Resolves with its state once the account has ended it. */
const endState = async (queryId: string) =>
  (await statementWhere((statement) => statement.queryId === queryId && statement.state !== 'RUNNING')).state;

describe('a statement that takes longer than its caller wants to wait', () => {
  it('comes back as running, goes on, and its result is read later without running again', async () => {
    const client = await attach('patient');
    const first = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(1)', wait_seconds: 0 });
    expect(first.isError).toBeUndefined();
    expect(first.structuredContent).toMatchObject({ state: 'running', statement: 'SELECT' });
    expect(text(first)).toMatch(/is still running after 0\.\d s|has not been sent to Snowflake yet/);
    const second = await client.tool('get_query_result', { query_id: field(first, 'query_id') });
    expect(second.structuredContent).toMatchObject({ state: 'done', rows: [['waited 1 seconds']], total_rows: 1 });
    const statements = await sandbox.control.statements();
    expect(statements.filter(({ sql }) => sql === 'SELECT SYSTEM$WAIT(1)')).toHaveLength(1);
  });

  it('tells its error to whoever asks later', async () => {
    const client = await attach('late');
    const query = 'SELECT SYSTEM$WAIT(1), nothing_of_this_name';
    const first = await client.tool('execute_query', { query, wait_seconds: 0 });
    if (field(first, 'state') !== 'running') return expect(first.isError).toBe(true);
    const second = await client.tool('get_query_result', { query_id: field(first, 'query_id') });
    expect(second.isError).toBe(true);
    expect(text(second)).toContain('statement_failed');
  });

  it('is ended at the account by cancel_query; a second cancel says that it was over', async () => {
    const client = await attach('canceller');
    const first = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(301)', wait_seconds: 0 });
    const { queryId } = await running('SYSTEM$WAIT(301)');
    const cancelled = await client.tool('cancel_query', { query_id: field(first, 'query_id') });
    expect(field(cancelled, 'state')).toBe('cancelled');
    expect(await endState(queryId)).not.toBe('SUCCESS');
    const again = await client.tool('cancel_query', { query_id: field(first, 'query_id') });
    expect(again.isError).toBeUndefined();
    expect(field(again, 'state')).toBe('already_finished');
    const result = await client.tool('get_query_result', { query_id: field(first, 'query_id') });
    expect(result.isError).toBe(true);
    expect(text(result)).toContain('cancelled by cancel_query');
  });

  it('does not hold up anybody: its session is used again after the cancel', async () => {
    const client = await attach('reuser');
    const before = (await sandbox.control.stats()).logins.tried;
    const first = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(302)', wait_seconds: 0 });
    await running('SYSTEM$WAIT(302)');
    await client.tool('cancel_query', { query_id: field(first, 'query_id') });
    await Promise.all([client.rows('SELECT 1'), client.rows('SELECT 2')]);
    expect((await sandbox.control.stats()).logins.tried - before).toBeLessThanOrEqual(1);
  });
});

describe('the limits of a profile', () => {
  it('decide how long a call waits where it does not say itself', async () => {
    const client = await attach('hasty', { SNOWPOOL_WAIT_SECONDS: '1' });
    const result = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(305)' });
    expect(field(result, 'state')).toBe('running');
    await client.tool('cancel_query', { query_id: field(result, 'query_id') });
  });

  it('end a statement at the account when its time is up', async () => {
    const client = await attach('limited', { SNOWPOOL_STATEMENT_TIMEOUT_SECONDS: '2' });
    const result = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(306)' });
    expect(result.isError).toBe(true);
    expect(text(result)).toContain('at its time limit');
    expect(text(result)).toContain('deadline_exceeded');
    const { queryId } = await statementWhere(({ sql }) => sql.includes('WAIT(306)'));
    expect(await endState(queryId)).not.toBe('SUCCESS');
  });
});

describe('a time limit that a client set itself', () => {
  it('holds for its statements, where it is stricter than its profile, and for nobody else’s', async () => {
    const environment = { SNOWPOOL_POLICY: 'read-write', SNOWFLAKE_USER: 'STRICT', ...onlyOneSession };
    const [client, other] = [await attach('strict', environment), await attach('patient', environment)];
    await client.rows('ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1');
    const result = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(306)' });
    expect(text(result)).toContain('deadline_exceeded');
    expect(await other.rows("SELECT SYSTEM$WAIT(1100, 'MILLISECONDS')")).toHaveLength(1);
  });
});

describe('whoever leaves takes the statement along', () => {
  it('when the call is cancelled, and the caller is released at once', async () => {
    const client = await attach('aborter');
    const abort = new AbortController();
    const call = client.call('execute_query', { query: 'SELECT SYSTEM$WAIT(303)' }, { signal: abort.signal });
    const { queryId } = await running('SYSTEM$WAIT(303)');
    abort.abort();
    await expect(call).rejects.toThrow(/CANCELLED/);
    expect(await endState(queryId)).not.toBe('SUCCESS');
    expect(await client.rows('SELECT 1')).toEqual([['1']]);
  });

  it('when a BEGIN is cancelled that has begun all the same: its transaction is taken back', async () => {
    const client = await attach('beginner');
    const slow = { action: { kind: 'slow' as const, bytesPerSecond: 3_000 }, endpoints: ['query' as const], count: 1 };
    for (const call of [{ query: 'BEGIN' }, { query: 'SELECT 1', use_transaction: true, auto_commit: false }]) {
      await sandbox.control.fault({ ...slow, sqlContains: 'BEGIN' });
      const before = (await sandbox.control.statements()).length;
      const abort = new AbortController();
      const answer = client.call('execute_query', call, { signal: abort.signal });
      await statementWhere(({ sql, state }) => sql === 'BEGIN' && state === 'SUCCESS');
      abort.abort();
      await expect(answer).rejects.toThrow(/CANCELLED/);
      await expect
        .poll(async () => (await sandbox.control.statements()).slice(before).map(({ sql }) => sql))
        .toContain('ROLLBACK');
      expect(await client.rows('SELECT CURRENT_TRANSACTION() IS NULL')).toEqual([['true']]);
    }
  });

  it('when the client vanishes, also for one that was left running', async () => {
    const client = await attach('vanisher');
    await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(304)', wait_seconds: 0 });
    const { queryId } = await running('SYSTEM$WAIT(304)');
    client.close();
    expect(await endState(queryId)).not.toBe('SUCCESS');
  });

  it('also before it was sent, while it waits for a session, and the answer says that it does', async () => {
    const client = await attach('queued', { SNOWFLAKE_USER: 'QUEUED', ...onlyOneSession });
    const leave = new AbortController();
    const first = client.call('execute_query', { query: 'SELECT SYSTEM$WAIT(305)' }, { signal: leave.signal });
    await running('SYSTEM$WAIT(305)');
    const second = await client.tool('execute_query', { query: 'SELECT 305', wait_seconds: 0 });
    expect(text(second)).toMatch(/^The SELECT statement has waited 0\.\d s for a session and has not been sent/);
    const cancelled = await client.tool('cancel_query', { query_id: field(second, 'query_id') });
    expect(text(cancelled)).toMatch(/^Cancelled\. /);
    leave.abort();
    await expect(first).rejects.toThrow(/CANCELLED/);
    expect((await sandbox.control.statements()).some(({ sql }) => sql === 'SELECT 305')).toBe(false);
  });

  it('but a cancelled get_query_result ends the waiting alone', async () => {
    const client = await attach('waiter');
    const first = await client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(2)', wait_seconds: 0 });
    const abort = new AbortController();
    const call = client.call('get_query_result', { query_id: field(first, 'query_id') }, { signal: abort.signal });
    await running('SYSTEM$WAIT(2)');
    abort.abort();
    await expect(call).rejects.toThrow(/CANCELLED/);
    const second = await client.tool('get_query_result', { query_id: field(first, 'query_id') });
    expect(second.structuredContent).toMatchObject({ state: 'done', rows: [['waited 2 seconds']] });
  });
});

describe('a session that dies', () => {
  it('under a read is unseen: the read runs once more on another session', async () => {
    const client = await attach('survivor');
    const call = client.tool('execute_query', { query: 'SELECT SYSTEM$WAIT(1), 77' });
    const { sessionId } = await running('WAIT(1), 77');
    await sandbox.control.killSession(sessionId);
    const result = await call;
    expect(result.isError).toBeUndefined();
    expect(field(result, 'rows')).toEqual([['waited 1 seconds', '77']]);
    const runs = (await sandbox.control.statements()).filter(({ sql }) => sql.includes('WAIT(1), 77'));
    expect(runs).toHaveLength(2);
    expect(runs[0]?.sessionId).not.toBe(runs[1]?.sessionId);
  });

  it('while nobody used it is unseen, too', async () => {
    const client = await attach('sleeper');
    await client.rows('SELECT 1');
    await sandbox.control.killSessions();
    expect(await client.rows('SELECT 2')).toEqual([['2']]);
  });
});

describe('every statement', () => {
  it('tells in its QUERY_TAG which client, tool and request it belongs to', async () => {
    const client = await attach('tagged');
    const requestId = '6f1d3f66-0d7a-4e29-9f3b-0e6a3f6f2a11';
    await client.tool('execute_query', { query: 'SELECT 4711' }, { requestId });
    const [statement] = await sandbox.control.statements({ tag: requestId });
    expect(JSON.parse(statement?.queryTag ?? '{}')).toMatchObject({
      app: 'snowpool',
      client: 'tagged 1',
      tool: 'execute_query',
      request: requestId,
    });
    expect(statement?.sql).toBe('SELECT 4711');
  });

  it('shows how it gets on to a client that asks for progress', async () => {
    const client = await attach('watcher');
    const messages: string[] = [];
    await client.tool(
      'execute_query',
      { query: 'SELECT SYSTEM$WAIT(3)' },
      { onProgress: (message) => messages.push(message) },
    );
    expect(messages.some((message) => message.startsWith('Running for'))).toBe(true);
    expect(messages.at(-1)).toBe('1 row fetched');
  });
});

describe('query ids', () => {
  it('of another client are refused, for reading, for cancelling and inside a statement', async () => {
    const owner = await attach('owner');
    const stranger = await attach('stranger');
    const id = String(field(await owner.tool('execute_query', { query: "SELECT 'secret'" }), 'query_id'));
    const tries = [
      stranger.tool('get_query_result', { query_id: id }),
      stranger.tool('cancel_query', { query_id: id }),
      stranger.tool('execute_query', { query: `SELECT * FROM TABLE(RESULT_SCAN('${id}'))` }),
    ];
    for (const result of await Promise.all(tries)) {
      expect(result.isError).toBe(true);
      expect(text(result)).toContain('was not given the query id');
      expect(text(result)).not.toContain('secret');
    }
    expect((await owner.tool('get_query_result', { query_id: id.toUpperCase() })).structuredContent).toMatchObject({
      rows: [['secret']],
    });
  });

  it.each(['', 'x', "'; DROP TABLE t; --", '01b2c3d4', '../../etc/passwd', '0'.repeat(60)])(
    'that are none are refused: %j',
    async (id) => {
      const client = await attach('guesser');
      for (const tool of ['get_query_result', 'cancel_query']) {
        const result = await client.tool(tool, { query_id: id });
        expect(result.isError).toBe(true);
        expect(text(result)).toContain('invalid_argument');
      }
    },
  );

  it('of a result that Snowflake no longer keeps give a clear error', async () => {
    const client = await attach('historian');
    const id = field(await client.tool('execute_query', { query: 'SELECT 5' }), 'query_id');
    await sandbox.control.turnClock(25 * 3_600_000);
    const result = await client.tool('get_query_result', { query_id: id });
    expect(result.isError).toBe(true);
    expect(text(result)).toContain('is no longer stored: Snowflake keeps results for 24 hours');
  });
});
