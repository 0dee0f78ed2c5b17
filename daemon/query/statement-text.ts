/**
 * The text as it is sent. It is the client's own, with one exception (DESIGN §6): LAST_QUERY_ID() would answer with
 * whatever the pooled session ran last, for whichever client, so the client's own id takes its place, and a notice says so.
 */
import type { QueryIds } from '../clients/contract.ts';
import { SnowpoolError } from '../errors.ts';

/** One call of LAST_QUERY_ID in a text: offsets of the whole call (end exclusive) and its argument, -1 where it has none. */
export interface LastQueryIdCall {
  readonly start: number;
  readonly end: number;
  readonly argument: number | undefined;
}

/**
 * Puts the client's own query ids in the place of its LAST_QUERY_ID calls.
 * Throws SnowpoolError statement_refused where the client has no such statement, or counts from the session's first one.
 */
export function withOwnQueryIds(
  sql: string,
  calls: readonly LastQueryIdCall[],
  ids: QueryIds,
): { readonly sql: string; readonly notices: readonly string[] } {
  let text = sql;
  const notices: string[] = [];
  for (const call of [...calls].sort((a, b) => b.start - a.start)) {
    const written = sql.slice(call.start, call.end);
    const id = ownQueryId(written, call.argument ?? -1, ids);
    text = `${text.slice(0, call.start)}'${id}'${text.slice(call.end)}`;
    notices.unshift(
      `${written} was replaced by '${id}', this client's own query id: sessions are shared, so Snowflake's answer would be another client's.`,
    );
  }
  return { sql: text, notices };
}

function ownQueryId(written: string, argument: number, ids: QueryIds): string {
  if (argument >= 0) {
    throw new SnowpoolError(
      'statement_refused',
      `${written} counts from the first statement of a session, and sessions here are shared and replaced.`,
      'Count back from the latest with a negative number, as LAST_QUERY_ID(-1), or write the query id itself.',
    );
  }
  const id = ids.last(-argument);
  if (id === undefined) {
    throw new SnowpoolError(
      'statement_refused',
      `${written} has no answer: this client has not run that many statements, or a daemon that died took its newest query ids with it.`,
      'Run the statement first, or write the query id itself.',
    );
  }
  return id;
}
