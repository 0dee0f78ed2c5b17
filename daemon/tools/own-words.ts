/** Errors of statements that a tool wrote itself: the caller has not seen their text and cannot correct it. */
import { SnowpoolError } from '../errors.ts';
import { isUnknownObject } from './object-name.ts';

const aboutTheText = /^Snowflake could not run the statement: (?:SQL compilation error:\s*)?/;

/** The error without what speaks of the statement's text, and with advice that fits the tool's arguments. */
export function inToolsWords(error: SnowpoolError): SnowpoolError {
  if (error.code !== 'statement_failed') return error;
  const { line: _line, column: _column, pointer: _pointer, ...details } = error.details;
  const isUnwritten = aboutTheText.test(error.message);
  const next = isUnknownObject(error)
    ? 'Check the names; list_databases, list_schemas, list_tables and search_objects tell those there are.'
    : '';
  return new SnowpoolError(
    error.code,
    error.message.replace(aboutTheText, ''),
    isUnwritten ? next : error.next,
    details,
    { cause: error },
  );
}
