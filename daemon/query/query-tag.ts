/** Statement parameters that ride along with every statement: no extra round trip, and nothing is left on the session. */
import type { ClientIdentity } from '../clients/contract.ts';

/** What the account's QUERY_HISTORY shows in QUERY_TAG. Snowflake allows 2,000 characters. */
export interface TagFacts {
  readonly client: ClientIdentity;
  readonly tool: string;
  readonly requestId: string;
  /** Which statement of a transaction of its own. */
  readonly step?: 'begin' | 'commit' | 'rollback';
}

const longestName = 200;

/** The QUERY_TAG as JSON text: app, version, client, tool, request id. */
export function queryTag(facts: TagFacts, version: string): string {
  const { client, tool, requestId, step } = facts;
  return JSON.stringify({
    app: 'snowpool',
    version,
    client: `${client.name} ${client.version}`.trim().slice(0, longestName),
    tool: tool.slice(0, longestName),
    request: requestId,
    ...(step === undefined ? {} : { step }),
  });
}

/**
 * Statement parameters for one statement.
 * @param timeoutMs what is left of the statement's time; rounded up to whole seconds, at least one.
 */
export function statementParameters(tag: string, timeoutMs: number): Readonly<Record<string, string | number>> {
  return {
    QUERY_TAG: tag,
    STATEMENT_TIMEOUT_IN_SECONDS: Math.max(1, Math.ceil(timeoutMs / 1000)),
    MULTI_STATEMENT_COUNT: 1,
  };
}
