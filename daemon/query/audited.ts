import { createHash } from 'node:crypto';
import type { Attachment } from '../clients/contract.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Queries, RunOutcome, RunRequest } from './contract.ts';

/** One line of the audit: which agent ran what, and how it went. The text only as a hash; QUERY_HISTORY has it under the query id. */
export interface AuditEntry {
  readonly time: string;
  readonly client: string;
  readonly clientPid: number;
  readonly connection: string;
  readonly account: string;
  readonly user: string;
  readonly tool: string;
  readonly requestId: string;
  readonly textSha256: string;
  readonly kind?: string;
  readonly queryId?: string;
  /** `done`, `running`, `confirm`, or the error's code. */
  readonly outcome: string;
  readonly durationMs: number;
}

export interface StatementCounts {
  succeeded: number;
  failed: number;
  refused: number;
  cancelled: number;
}

/** Wraps the query layer: each statement leaves a line in the audit and is counted. */
export function audited(
  inner: Queries,
  options: { readonly clock: Clock; readonly counts: StatementCounts; write(entry: AuditEntry): void },
): Queries {
  const { clock, counts } = options;
  /** Statements that outlasted their caller's wait: counted once somebody learns how they ended. */
  const awaited = new Set<string>();
  const around = async <T>(
    attachment: Attachment,
    request: Pick<RunRequest, 'sql' | 'tool' | 'requestId'>,
    run: () => Promise<T>,
    summary: (result: T) => { readonly outcome: string; readonly kind?: string; readonly queryId?: string },
  ): Promise<T> => {
    const begun = clock.monotonic();
    const line = (end: { readonly outcome: string; readonly kind?: string; readonly queryId?: string }) =>
      options.write({
        time: new Date(clock.now()).toISOString(),
        client: `${attachment.client.name} ${attachment.client.version}`,
        clientPid: attachment.client.pid,
        connection: attachment.connection,
        account: attachment.profile.account,
        user: attachment.profile.user,
        tool: request.tool,
        requestId: request.requestId,
        textSha256: createHash('sha256').update(request.sql).digest('hex'),
        ...end,
        durationMs: Math.round(clock.monotonic() - begun),
      });
    try {
      const result = await run();
      const end = summary(result);
      if (end.outcome === 'done') counts.succeeded++;
      line(end);
      return result;
    } catch (error) {
      const code = error instanceof SnowpoolError ? error.code : 'internal';
      if (code === 'statement_refused') counts.refused++;
      else if (code === 'cancelled') counts.cancelled++;
      else counts.failed++;
      const details = error instanceof SnowpoolError ? error.details : {};
      line({
        outcome: code,
        ...(details.kind === undefined ? {} : { kind: details.kind }),
        ...(details.queryId === undefined ? {} : { queryId: details.queryId }),
      });
      throw error;
    }
  };
  return {
    async run(attachment, request) {
      const outcome = await around(attachment, request, () => inner.run(attachment, request), describeOutcome);
      if (outcome.state === 'running') awaited.add(outcome.handle);
      return outcome;
    },
    async page(attachment, handle, offset, bounds, rest) {
      try {
        const outcome = await inner.page(attachment, handle, offset, bounds, rest);
        if (outcome.state === 'done' && awaited.delete(handle)) counts.succeeded++;
        return outcome;
      } catch (error) {
        if (error instanceof SnowpoolError && error.code === 'statement_failed' && awaited.delete(handle))
          counts.failed++;
        throw error;
      }
    },
    async cancel(attachment, handle) {
      const end = await inner.cancel(attachment, handle);
      if (end.state === 'cancelled' && awaited.delete(handle)) counts.cancelled++;
      return end;
    },
    stream: (attachment, request) =>
      around(
        attachment,
        request,
        () => inner.stream(attachment, request),
        (result) => ({ outcome: 'done', queryId: result.queryId }),
      ),
  };
}

function describeOutcome(outcome: RunOutcome): {
  readonly outcome: string;
  readonly kind: string;
  readonly queryId?: string;
} {
  const queryId =
    outcome.state === 'done' ? outcome.page.queryId : outcome.state === 'running' ? outcome.queryId : undefined;
  return { outcome: outcome.state, kind: outcome.kind, ...(queryId === undefined ? {} : { queryId }) };
}
