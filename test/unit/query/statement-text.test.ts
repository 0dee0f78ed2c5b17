import { describe, expect, it } from 'vitest';
import { OwnQueryIds } from '../../../daemon/clients/query-ids.ts';
import { type LastQueryIdCall, withOwnQueryIds } from '../../../daemon/query/statement-text.ts';

const ids = new OwnQueryIds(['first', 'second', 'third'], () => undefined);

/** Where LAST_QUERY_ID is called in a text of these tests. */
function calls(sql: string): LastQueryIdCall[] {
  return [...sql.matchAll(/LAST_QUERY_ID\((-?\d*)\)/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    argument: match[1] === '' ? undefined : Number(match[1]),
  }));
}
const substitute = (sql: string) => withOwnQueryIds(sql, calls(sql), ids);

describe("LAST_QUERY_ID becomes the client's own", () => {
  it('leaves a text without it untouched', () => {
    expect(substitute('SELECT 1')).toEqual({ sql: 'SELECT 1', notices: [] });
  });

  it('counts back from the latest', () => {
    const { sql, notices } = substitute('SELECT LAST_QUERY_ID(), LAST_QUERY_ID(-1), LAST_QUERY_ID(-3) FROM t');
    expect(sql).toBe("SELECT 'third', 'third', 'first' FROM t");
    expect(notices).toHaveLength(3);
    expect(notices[2]).toContain("LAST_QUERY_ID(-3) was replaced by 'first'");
  });

  it('is refused where the client has not run so many, or counts from the beginning of a session', () => {
    expect(() => substitute('SELECT LAST_QUERY_ID(-4)')).toThrow('has not run that many statements');
    expect(() => substitute('SELECT LAST_QUERY_ID(1)')).toThrow('counts from the first statement of a session');
    expect(() => substitute('SELECT LAST_QUERY_ID(0)')).toThrow('counts from the first statement of a session');
  });
});
