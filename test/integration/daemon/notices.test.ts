import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DaemonProcess, startDaemon } from '../../support/daemon.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let daemon: DaemonProcess;

beforeAll(async () => {
  sandbox = await startSandbox();
  daemon = await startDaemon();
});
afterAll(async () => {
  await daemon.dispose();
  await sandbox.stop();
});

describe('what a client is to be told beside an answer', () => {
  it('is told with the error where there is none: the temporary table of its block is gone, and why', async () => {
    const environment = {
      ...sandbox.environment(),
      SNOWPOOL_POLICY: 'read-write',
      SNOWFLAKE_DATABASE: 'SANDBOX',
      SNOWFLAKE_SCHEMA: 'PUBLIC',
      SNOWFLAKE_POOL_MIN_SIZE: '1',
      SNOWFLAKE_POOL_MAX_SIZE: '1',
    };
    const first = await daemon.attach({ name: 'first', environment });
    const second = await daemon.attach({ name: 'second', environment });
    await first.rows("SET made = 'CREATE TEMPORARY TABLE PASSING (N NUMBER)'");
    await first.rows('EXECUTE IMMEDIATE $made');
    await second.rows('SELECT 1');
    const { isError, content } = await first.tool('execute_query', { query: 'SELECT * FROM PASSING' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toMatch(/PASSING.* does not exist.*EXECUTE IMMEDIATE.*temporary objects.*are gone/s);
  });
});
