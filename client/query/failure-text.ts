import { printable } from '../cli/printable.ts';
import type { DaemonFailure } from '../link/daemon-failure.ts';

/**
 * A failed statement for the person at the terminal: the sentence, the place in the text with a `^` under it, what to do,
 * and Snowflake's own facts. Nothing of it steers the terminal, whatever the statement or a value held.
 */
export function failureText({ message, next, details }: DaemonFailure): {
  readonly message: string;
  readonly next: string;
} {
  const { line, column, pointer, closest, snowflakeCode, sqlState, queryId } = details;
  const place = line === undefined ? [] : [`At line ${line}${column === undefined ? '' : `, column ${column}`}:`];
  const facts = [
    snowflakeCode === undefined ? '' : `Snowflake error ${snowflakeCode}`,
    sqlState === undefined ? '' : `SQLSTATE ${sqlState}`,
    queryId === undefined ? '' : `query ${queryId}`,
  ].filter((fact) => fact !== '');
  const lines = [
    ...(pointer === undefined ? [] : [...place, String(pointer)]),
    ...(Array.isArray(closest) && closest.length > 0 ? [`Did you mean ${closest.join(', ')}?`] : []),
    next,
    facts.length === 0 ? '' : `(${facts.join(', ')})`,
  ];
  return { message: printable(message), next: printable(lines.filter((text) => text !== '').join('\n')) };
}
