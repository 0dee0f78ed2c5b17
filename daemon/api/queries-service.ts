import { randomUUID } from 'node:crypto';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { QueriesHandlers } from '../../proto/generated/snowpool/v1/Queries.ts';
import type { RunQueryEvent } from '../../proto/generated/snowpool/v1/RunQueryEvent.ts';
import type { RunQueryRequest__Output } from '../../proto/generated/snowpool/v1/RunQueryRequest.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import type { Progress, Queries } from '../query/contract.ts';
import { cellText, typeName } from '../tools/render/values.ts';
import { withSuggestions } from '../tools/suggestions.ts';
import type { FrontEnds } from './attach.ts';
import { callSignal } from './call-signal.ts';
import { toStatus } from './status-codes.ts';

type Stream = ServerWritableStream<RunQueryRequest__Output, RunQueryEvent>;

/** Serves `Queries`: a statement's rows as text, digit for digit, as fast as the reader takes them. */
export function queriesService(options: {
  readonly frontEnds: FrontEnds;
  readonly queries: Queries;
  readonly clock: Clock;
  readonly log: Logger;
}): QueriesHandlers {
  return {
    Run(stream) {
      options.frontEnds.called(stream.request.clientId, stream);
      run(options, stream, callSignal(stream, 'The client cancelled the query.')).then(
        () => stream.end(),
        (error: unknown) => {
          if (!(error instanceof SnowpoolError))
            options.log.error({ err: error, requestId: stream.request.requestId }, 'a query failed unexpectedly');
          stream.emit('error', Object.assign(new Error(), toStatus(error)));
        },
      );
    },
  };
}

async function run(
  options: { readonly frontEnds: FrontEnds; readonly queries: Queries; readonly clock: Clock },
  stream: Stream,
  signal: AbortSignal,
): Promise<void> {
  const { clientId, requestId, sql, connection } = stream.request;
  const attachment = options.frontEnds.find(clientId).attachment(connection || undefined);
  const { queries, clock } = options;
  const result = await queries
    .stream(attachment, {
      sql,
      requestId,
      tool: 'query',
      signal,
      onProgress: (progress) => void stream.write({ progress: progressSentence(progress) }),
    })
    .catch(async (error: unknown) => {
      const asking = {
        attachment,
        queries,
        clock,
        newId: randomUUID,
        tool: 'query',
        signal,
        progress: () => undefined,
      };
      throw await withSuggestions(asking, sql, {}, error);
    });
  const { columns } = result;
  await write(stream, signal, {
    columns: {
      columns: columns.map((column) => ({
        name: column.name,
        type: typeName(column),
        nullable: column.nullable,
        json: ['variant', 'object', 'array', 'map'].includes(column.type),
        numeric: ['fixed', 'real', 'decfloat'].includes(column.type),
      })),
    },
  });
  const rowsOfMessage = Math.max(1, Math.floor(maxCells / Math.max(1, columns.length)));
  for await (const batch of result.batches) {
    for (let start = 0; start < batch.length; start += rowsOfMessage) {
      const cells = batch.slice(start, start + rowsOfMessage).flatMap((row) =>
        columns.map((column, index) => {
          const raw = row[index] ?? null;
          return raw === null ? noCell : { null: false, text: cellText(column, raw, result.timezone) };
        }),
      );
      await write(stream, signal, { rows: { cells } });
    }
  }
  await write(stream, signal, {
    done: {
      queryId: result.queryId,
      rows: result.totalRows,
      rowsAffected: result.rowsAffected ?? -1,
      notices: [...result.notices],
    },
  });
}

/** Cells of one message: keeps messages far below gRPC's 4 MB for ordinary widths; wide cells are bounded by the reader's own limit. */
const maxCells = 4_000;
const noCell = { null: true, text: '' };

/** Writes with back-pressure: resolves when the reader has room again. */
function write(stream: Stream, signal: AbortSignal, event: RunQueryEvent): Promise<void> {
  if (stream.write(event)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const done = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const stop = () => {
      stream.removeListener('drain', done);
      reject(signal.reason);
    };
    stream.once('drain', done);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function progressSentence(progress: Progress): string {
  switch (progress.stage) {
    case 'queued':
      return `waiting for a session, place ${progress.place}`;
    case 'signing_in':
      return 'signing in';
    case 'running':
      return `running for ${Math.round(progress.elapsedMs / 1000)} s`;
    case 'fetching':
      return `${progress.rows} rows fetched`;
  }
}
