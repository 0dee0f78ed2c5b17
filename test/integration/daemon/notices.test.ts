import { describe, expect, it } from 'vitest';
import { sandboxAndDaemon } from '../../support/around-all.ts';

const started = sandboxAndDaemon();

describe('what a client is to be told beside an answer', () => {
  it('is told with the error where there is none: the temporary table of its block is gone, and why', async () => {
    const environment = {
      ...started.sandbox.environment(),
      SNOWPOOL_POLICY: 'read-write',
      SNOWFLAKE_DATABASE: 'SANDBOX',
      SNOWFLAKE_SCHEMA: 'PUBLIC',
      SNOWFLAKE_POOL_MIN_SIZE: '1',
      SNOWFLAKE_POOL_MAX_SIZE: '1',
    };
    const first = await started.daemon.attach({ name: 'first', environment });
    const second = await started.daemon.attach({ name: 'second', environment });
    await first.rows("SET made = 'CREATE TEMPORARY TABLE PASSING (N NUMBER)'");
    await first.rows('EXECUTE IMMEDIATE $made');
    await second.rows('SELECT 1');
    const { isError, content } = await first.tool('execute_query', { query: 'SELECT * FROM PASSING' });
    expect(isError).toBe(true);
    expect(content[0]?.text).toMatch(/PASSING.* does not exist.*EXECUTE IMMEDIATE.*temporary objects.*are gone/s);
  });
});
