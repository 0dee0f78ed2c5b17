import { SqlError } from '../engine.ts';

/**
 * The errors that Snowflake reports most, each with its code, SQLSTATE and wording (codes: PROTOCOL "Error codes" and
 * the messages in Snowflake's public driver and connector issues).
 */

export interface Place {
  readonly line: number;
  readonly pos: number;
}

/** Prints a stored name as messages do: bare where it would fold to itself, else in double quotes. */
export function displayName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function displayNames(parts: readonly string[]): string {
  return parts.map(displayName).join('.');
}

export function syntaxError(at: Place, unexpected: string): SqlError {
  return new SqlError(
    '001003',
    '42000',
    `SQL compilation error:\nsyntax error line ${at.line} at position ${at.pos} unexpected '${unexpected}'.`,
    at,
  );
}

/** What the sandbox leaves out is refused by name, never answered wrongly. 000002/0A000 is Snowflake's "unsupported feature". */
export function unsupported(construct: string, at?: Place): SqlError {
  return new SqlError('000002', '0A000', `Unsupported feature: the sandbox does not support ${construct}.`, at);
}

/** A database, schema, table or view that is missing or not visible to the role. */
export function objectMissing(kind: 'Database' | 'Schema' | 'Object' | string, parts: readonly string[]): SqlError {
  const state = kind === 'Object' || kind === 'Table' || kind === 'View' ? '42S02' : '02000';
  return new SqlError(
    '002003',
    state,
    `SQL compilation error:\n${kind} '${displayNames(parts)}' does not exist or not authorized.`,
  );
}

/** USE of something that is missing. */
export function operationImpossible(): SqlError {
  return new SqlError(
    '002043',
    '02000',
    'SQL compilation error:\nObject does not exist, or operation cannot be performed.',
  );
}

/** `isDisplayed`: the name is ready to print, e.g. with its database and schema. */
export function alreadyExists(name: string, isDisplayed = false): SqlError {
  const shown = isDisplayed ? name : displayName(name);
  return new SqlError('002002', '42710', `SQL compilation error:\nObject '${shown}' already exists.`);
}

/** `operation` is the statement's word: SELECT, INSERT, CREATE TABLE, ... */
export function noCurrentDatabase(operation: string): SqlError {
  return new SqlError(
    '090105',
    '22000',
    `Cannot perform ${operation}. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.`,
  );
}

export function noCurrentSchema(operation: string): SqlError {
  return new SqlError(
    '090106',
    '22000',
    `Cannot perform ${operation}. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.`,
  );
}

export function noWarehouse(): SqlError {
  return new SqlError(
    '000606',
    '57P03',
    "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.",
  );
}

export function insufficientPrivileges(kind: string, name: string): SqlError {
  return new SqlError(
    '003001',
    '42501',
    `SQL access control error:\nInsufficient privileges to operate on ${kind} '${displayName(name)}'.`,
  );
}

export function invalidIdentifier(name: string, at?: Place): SqlError {
  const where = at ? `error line ${at.line} at position ${at.pos}\n` : '';
  return new SqlError('000904', '42000', `SQL compilation error: ${where}invalid identifier '${name}'`, at);
}

export function invalidValue(value: string, what: string): SqlError {
  return new SqlError('001008', '22023', `SQL compilation error:\ninvalid value [${value}] for parameter '${what}'`);
}
