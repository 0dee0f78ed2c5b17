/** Finds tables, views and columns by name or comment over all databases that the role can see. */
import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import type { Page } from '../query/contract.ts';
import { quoteIdentifier, readableName, storedName, stringLiteral } from './identifiers.ts';
import { ask, metadataRows, textOf } from './metadata.ts';
import { withScope } from './object-name.ts';
import { viewPage } from './render/page-view.ts';
import { renderRows } from './render/rows.ts';
import { textColumns } from './text-columns.ts';
import { argument, defineTool, readsOnly, type ToolCall } from './tool.ts';

const names = ['kind', 'object', 'column', 'type', 'comment'] as const;
const mostFound = 200;

const foundShape = z.strictObject({
  kind: z.string().describe('TABLE, VIEW, ... or COLUMN.'),
  database: z.string(),
  schema: z.string(),
  name: z.string().describe('The table or view.'),
  column: z.string().nullable(),
  type: z.string().nullable(),
  comment: z.string().nullable(),
});
type Found = z.infer<typeof foundShape>;

export const searchObjects = defineTool({
  name: 'search_objects',
  title: 'Search tables and columns',
  description: [
    'Finds tables, views and columns whose name or comment contains a text, over all databases that your role can see, in one call.',
    'Use it when you do not know where something is. Case does not count. A pattern with % is matched as LIKE, all of it, and there _ stands for any one character; without % every character, _ too, stands for itself.',
    'Example: {"pattern": "customer"} or {"pattern": "%_EMAIL", "kinds": ["COLUMN"]}',
  ].join('\n'),
  input: z.strictObject({
    pattern: z
      .string()
      .min(1)
      .max(600)
      .describe(
        'Text that the name or comment contains, _ taken literally; with %, a LIKE pattern in which _ is any one character.',
      ),
    kinds: z
      .array(z.enum(['TABLE', 'VIEW', 'COLUMN']))
      .min(1)
      .max(3)
      .optional()
      .describe('What to look for; everything when left out.'),
    database: argument.database.optional().describe('Only in this database.'),
    limit: z.int().min(1).max(mostFound).default(50).describe('How many to return at most (1 to 200, default 50).'),
    format: argument.format,
  }),
  output: z.strictObject({
    found: z.array(foundShape),
    has_more: z.boolean(),
    databases_searched: z.int(),
    not_searched: z.array(z.strictObject({ database: z.string(), reason: z.string() })),
  }),
  annotations: readsOnly,
  async run(call, args) {
    const search = { pattern: args.pattern, kinds: args.kinds ?? ['TABLE', 'VIEW', 'COLUMN'], limit: args.limit + 1 };
    const { databases, found, failed } =
      args.database === undefined
        ? await searchAll(call, await visibleDatabases(call), search)
        : await withScope(call, { database: storedName(args.database, 'database') }, ({ database }) =>
            searchAll(call, [database], search),
          );
    const shown = found.slice(0, args.limit);
    const hasMore = found.length > shown.length;
    const view = viewPage(
      { columns: textColumns(names), rows: shown.map(asRow), offset: 0, timezone: undefined },
      { format: args.format, asObjects: true },
    );
    const data = renderRows(view, args.format);
    const remarks = [
      found.length === 0
        ? `Nothing found in ${databases.length} ${databases.length === 1 ? 'database' : 'databases'}.`
        : `${hasMore ? `The first ${view.rows.length}; there are more: narrow the pattern, or raise limit.` : `${view.rows.length} found.`}`,
      ...failed.map(({ database, reason }) => `Not searched: ${readableName(database)} (${reason})`),
    ].join('\n');
    return {
      texts: args.format === 'markdown' ? [found.length === 0 ? remarks : `${data}\n\n${remarks}`] : [data, remarks],
      structured: {
        found: shown.slice(0, view.rows.length),
        has_more: hasMore || view.rows.length < shown.length,
        databases_searched: databases.length - failed.length,
        not_searched: failed,
      },
    };
  },
});

interface Search {
  readonly pattern: string;
  readonly kinds: readonly string[];
  readonly limit: number;
}

interface Failed {
  readonly database: string;
  readonly reason: string;
}

async function visibleDatabases(call: ToolCall): Promise<string[]> {
  const rows = metadataRows(await ask(call, 'SHOW DATABASES'));
  return rows.map((row) => textOf(row, 'name')).filter((name) => name !== null);
}

/** One statement over all databases; where one of them cannot be read, one each, so that the others still answer. */
async function searchAll(
  call: ToolCall,
  databases: readonly string[],
  search: Search,
): Promise<{ databases: readonly string[]; found: Found[]; failed: Failed[] }> {
  if (databases.length === 0) return { databases, found: [], failed: [] };
  try {
    return { databases, found: await searchIn(call, databases, search), failed: [] };
  } catch (error) {
    if (!isStatementFailure(error) || databases.length === 1) throw error;
  }
  const found: Found[] = [];
  const failed: Failed[] = [];
  for (const database of databases) {
    try {
      found.push(...(await searchIn(call, [database], search)));
    } catch (error) {
      if (!isStatementFailure(error)) throw error;
      failed.push({ database, reason: error.message });
    }
  }
  return { databases, found: found.slice(0, search.limit), failed };
}

function isStatementFailure(error: unknown): error is SnowpoolError {
  return error instanceof SnowpoolError && (error.code === 'statement_failed' || error.code === 'statement_refused');
}

async function searchIn(call: ToolCall, databases: readonly string[], search: Search): Promise<Found[]> {
  const parts = databases.flatMap((database) => partsFor(database, search));
  const sql = `${parts.join('\nUNION ALL\n')}\nORDER BY 7, 2, 3, 4, 5\nLIMIT ${search.limit}`;
  return foundIn(await ask(call, sql));
}

/** With % a LIKE pattern; else the text itself, in which _ is nothing but _. */
function matches(column: string, pattern: string): string {
  return pattern.includes('%')
    ? `${column} ILIKE ${stringLiteral(pattern)}`
    : `CONTAINS(UPPER(${column}), UPPER(${stringLiteral(pattern)}))`;
}

function partsFor(database: string, { pattern, kinds }: Search): string[] {
  const schema = `${quoteIdentifier(database)}.INFORMATION_SCHEMA`;
  const parts: string[] = [];
  const tableTypes = [
    ...(kinds.includes('TABLE') ? ["TABLE_TYPE <> 'VIEW'"] : []),
    ...(kinds.includes('VIEW') ? ["TABLE_TYPE = 'VIEW'"] : []),
  ];
  if (tableTypes.length > 0) {
    parts.push(
      [
        'SELECT TABLE_TYPE, TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, NULL, NULL, 0, COMMENT',
        `FROM ${schema}.TABLES`,
        `WHERE (${matches('TABLE_NAME', pattern)} OR ${matches('COMMENT', pattern)}) AND (${tableTypes.join(' OR ')})`,
        "AND TABLE_SCHEMA <> 'INFORMATION_SCHEMA'",
      ].join(' '),
    );
  }
  if (kinds.includes('COLUMN')) {
    parts.push(
      [
        "SELECT 'COLUMN', TABLE_CATALOG, TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, 1, COMMENT",
        `FROM ${schema}.COLUMNS`,
        `WHERE (${matches('COLUMN_NAME', pattern)} OR ${matches('COMMENT', pattern)})`,
        "AND TABLE_SCHEMA <> 'INFORMATION_SCHEMA'",
      ].join(' '),
    );
  }
  return parts;
}

function foundIn(page: Page): Found[] {
  return page.rows.map(([kind, database, schema, name, column = null, type = null, _rank, comment = null]) => ({
    kind: kind === 'BASE TABLE' ? 'TABLE' : (kind ?? ''),
    database: database ?? '',
    schema: schema ?? '',
    name: name ?? '',
    column,
    type,
    comment: comment === '' ? null : comment,
  }));
}

function asRow({ kind, database, schema, name, column, type, comment }: Found): (string | null)[] {
  return [kind, readableName(database, schema, name), column ?? '', type ?? '', comment ?? ''];
}
