import { describe, expect, it } from 'vitest';
import { sandboxAndDaemon } from '../../support/around-all.ts';

const started = sandboxAndDaemon();

describe('what a client has chosen', () => {
  it.each([
    ['SET mine = 1', 'SET mine = (SELECT 2)', 'SELECT $mine', '2', ' AS V0'],
    [
      "ALTER SESSION SET TIMEZONE = 'UTC'",
      "ALTER SESSION SET TIMEZONE = 'Asia/Tokyo'",
      "SELECT TO_CHAR('2024-01-01 00:00:00 +0000'::TIMESTAMP_TZ::TIMESTAMP_LTZ, 'HH24')",
      '09',
      'SHOW PARAMETERS',
    ],
  ])(
    'by %s and then %s holds although the session dies before it could be read back',
    async (first, second, question, answer, readBack) => {
      const client = await started.daemon.attach({ name: 'chooser', environment: started.sandbox.environment() });
      await client.rows(first);
      const fault = await started.sandbox.control.fault({
        action: { kind: 'kill-session' },
        endpoints: ['query'],
        sqlContains: readBack,
        count: 1,
      });
      await client.rows(second);
      expect((await started.sandbox.control.faults()).find(({ id }) => id === fault)?.fired).toBe(1);
      expect(await client.rows(question)).toEqual([[answer]]);
      client.close();
    },
  );

  it('is chosen again where the answer to the statement itself was lost with its session', async () => {
    const client = await started.daemon.attach({ name: 'chooser', environment: started.sandbox.environment() });
    await started.sandbox.control.fault({
      action: { kind: 'kill-session' },
      endpoints: ['query'],
      sqlContains: 'USE SCHEMA',
      count: 1,
    });
    await client.rows('USE SCHEMA SANDBOX.INFORMATION_SCHEMA');
    expect(await client.rows('SELECT CURRENT_SCHEMA()')).toEqual([['INFORMATION_SCHEMA']]);
    client.close();
  });
});
