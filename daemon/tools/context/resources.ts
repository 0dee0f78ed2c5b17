/** Tables and views as MCP resources: a client puts one into a conversation as context. */
import { z } from 'zod';
import { SnowpoolError } from '../../errors.ts';
import type { Page } from '../../query/contract.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { descriptionText } from '../describe-tools.ts';
import { quoteIdentifier, readableName } from '../identifiers.ts';
import { ask, metadataRows, textOf } from '../metadata.ts';
import { isUnknownObject, type ObjectName, shownName, withObject } from '../object-name.ts';
import { describeTable } from '../table-description.ts';
import type { ToolCall } from '../tool.ts';
import { readResourceUri, resourceTemplate, resourceUri } from './resource-uri.ts';

export function listResourceTemplates(): unknown {
  return {
    resourceTemplates: [
      {
        uriTemplate: resourceTemplate,
        name: 'table',
        title: 'A table or view',
        description: 'Columns with types, keys and comments, row count and size of one table or view.',
        mimeType: 'text/markdown',
      },
    ],
  };
}

const listParams = z.looseObject({ cursor: z.string().optional() });
const pageBounds = { maxRows: 200, maxBytes: 2 * 1024 * 1024 } as const;

/**
 * Tables, then views, of the client's current database; none where it has no current one.
 * Throws SnowpoolError invalid_argument for a cursor that is not one of this list.
 */
export async function listResources(call: ToolCall, params: unknown): Promise<unknown> {
  const { database } = call.attachment.describeContext();
  if (database === undefined) return { resources: [] };
  const cursor = listParams.safeParse(params).data?.cursor;
  const position = cursor === undefined ? undefined : readResourceCursor(cursor, database);
  const kind = position?.kind ?? 'TABLES';
  const page = position?.queryId
    ? await storedPage(call, position.queryId, position.offset)
    : await ask(call, listSql(kind, database), pageBounds);
  const resources = metadataRows(page).flatMap((row) => {
    const name = textOf(row, 'name');
    const schema = textOf(row, 'schema_name');
    if (name === null || schema === null || schema === 'INFORMATION_SCHEMA') return [];
    const comment = textOf(row, 'comment');
    return [
      {
        uri: resourceUri({ database, schema, name }),
        name: readableName(database, schema, name),
        title: name,
        ...(comment === null ? {} : { description: comment }),
        mimeType: 'text/markdown',
      },
    ];
  });
  const end = page.offset + page.rows.length;
  const next =
    end < page.totalRows
      ? writeCursor({ list: listKey(kind, database), queryId: page.queryId, offset: end })
      : kind === 'TABLES'
        ? writeCursor({ list: listKey('VIEWS', database), queryId: '', offset: 0 })
        : undefined;
  return { resources, ...(next === undefined ? {} : { nextCursor: next }) };
}

type Kind = 'TABLES' | 'VIEWS';

function listKey(kind: Kind, database: string): string {
  return JSON.stringify(['resources', kind, database]);
}

function listSql(kind: Kind, database: string): string {
  return `SHOW ${kind} IN DATABASE ${quoteIdentifier(database)}`;
}

function readResourceCursor(
  cursor: string,
  database: string,
): { readonly kind: Kind; readonly queryId: string; readonly offset: number } {
  try {
    return { kind: 'TABLES', ...readCursor(cursor, listKey('TABLES', database)) };
  } catch {
    // Not of the tables: then it must be of the views.
    return { kind: 'VIEWS', ...readCursor(cursor, listKey('VIEWS', database)) };
  }
}

async function storedPage(call: ToolCall, queryId: string, offset: number): Promise<Page> {
  const outcome = await call.queries.page(call.attachment, queryId, offset, pageBounds, {
    waitMs: 0,
    signal: call.signal,
    onProgress: () => undefined,
  });
  if (outcome.state !== 'done')
    throw new SnowpoolError('deadline_exceeded', 'The stored list could not be read in time.');
  return outcome.page;
}

const readParams = z.looseObject({ uri: z.string() });

/** Throws SnowpoolError invalid_argument for a URI that is none of this server, and for an object that is not there. */
export async function readResource(call: ToolCall, params: unknown): Promise<unknown> {
  const parsed = readParams.safeParse(params);
  if (!parsed.success) throw new SnowpoolError('invalid_argument', 'resources/read needs a uri.');
  const { uri } = parsed.data;
  const asked = readResourceUri(uri);
  const text = await withObject(call, asked, async (object) =>
    descriptionText(await describeTable(call, object)),
  ).catch((error: unknown) => {
    throw isUnknownObject(error) ? noSuchResource(asked, error) : error;
  });
  return { contents: [{ uri, mimeType: 'text/markdown', text }] };
}

function noSuchResource(asked: ObjectName, error: SnowpoolError): SnowpoolError {
  const { closest } = error.details;
  return new SnowpoolError(
    'invalid_argument',
    `There is no table or view ${shownName(asked)}, or your role may not see it.`,
    Array.isArray(closest) ? `Did you mean ${closest.join(', ')}?` : '',
    error.details,
    { cause: error },
  );
}
