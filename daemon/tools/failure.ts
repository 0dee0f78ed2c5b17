/** A failure as an MCP result that a model can read and mend (DESIGN §10). */
import type { ErrorDetails, SnowpoolError } from '../errors.ts';
import { withoutHidden } from '../query/display-text.ts';
import { fenced } from './render/fence.ts';
import { characterCount, cutText } from './render/page-view.ts';

export interface CallToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/**
 * The sentence, the place in the text, what to do, and the facts. For programs the same stands under `snowpool/error` in
 * `_meta`, as `structuredContent` belongs to the tool's own output schema.
 */
export function failureResult(error: SnowpoolError): CallToolResult {
  const { details } = error;
  const pointer = typeof details.pointer === 'string' ? details.pointer : undefined;
  const parts = [
    withoutHidden(sentence(shortened(error.message))),
    place(details),
    pointer === undefined ? '' : fenced(pointer),
    suggestions(details),
    error.next,
    facts(error),
  ];
  return {
    content: [{ type: 'text', text: parts.filter((part) => part !== '').join('\n') }],
    isError: true,
    _meta: {
      'snowpool/error': { code: error.code, message: shortened(error.message), next: error.next, ...plain(details) },
    },
  };
}

const longestMessage = 4_000;
const shownEnd = 400;

/** Snowflake quotes a value that it cannot read whole, however long it is. */
function shortened(text: string): string {
  if (text.length <= longestMessage) return text;
  const end = text.slice(-shownEnd).replace(/^[\udc00-\udfff]/, '');
  return `${cutText(text, longestMessage - shownEnd)}… [${characterCount(text)} characters in all] …${end}`;
}

function sentence(text: string): string {
  return /[.!?:…)]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

function place({ line, column }: ErrorDetails): string {
  if (line === undefined) return '';
  return column === undefined ? `At line ${line}:` : `At line ${line}, column ${column}:`;
}

function suggestions({ closest }: ErrorDetails): string {
  return Array.isArray(closest) && closest.length > 0 ? `Did you mean ${closest.join(', ')}?` : '';
}

function facts({ code, details: { snowflakeCode, sqlState, queryId } }: SnowpoolError): string {
  const known = [
    code,
    snowflakeCode === undefined ? '' : `Snowflake error ${snowflakeCode}`,
    sqlState === undefined ? '' : `SQLSTATE ${sqlState}`,
    queryId === undefined ? '' : `query id ${queryId}`,
  ];
  return `(${known.filter((fact) => fact !== '').join(', ')})`;
}

/** Only what JSON can carry. */
function plain(details: ErrorDetails): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).filter(
      ([, value]) => ['string', 'number', 'boolean'].includes(typeof value) || Array.isArray(value),
    ),
  );
}
