import { describe, expect, it } from 'vitest';
import { queryTag, statementParameters } from '../../../daemon/query/query-tag.ts';

const client = { id: 'c', name: 'Claude "Code"', version: '2.1', pid: 7 };

describe('what rides along with a statement', () => {
  it('says in JSON which agent ran it', () => {
    expect(JSON.parse(queryTag({ client, tool: 'execute_query', requestId: 'r' }, '0.1.0'))).toEqual({
      app: 'snowpool',
      version: '0.1.0',
      client: 'Claude "Code" 2.1',
      tool: 'execute_query',
      request: 'r',
    });
  });

  it('stays within the 2,000 characters of a QUERY_TAG', () => {
    const long = { ...client, name: '"'.repeat(5000) };
    expect(
      queryTag({ client: long, tool: '\n'.repeat(5000), requestId: 'r', step: 'commit' }, '0.1.0').length,
    ).toBeLessThan(2000);
  });

  it('gives the account what is left of the time, at least one second, and one statement', () => {
    expect(statementParameters('t', 1500)).toEqual({
      QUERY_TAG: 't',
      STATEMENT_TIMEOUT_IN_SECONDS: 2,
      MULTI_STATEMENT_COUNT: 1,
    });
    expect(statementParameters('t', -5).STATEMENT_TIMEOUT_IN_SECONDS).toBe(1);
  });
});
