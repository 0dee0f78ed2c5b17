import { type EngineResult, SqlError } from '../../../engine.ts';
import type { TranslatedColumn } from '../../contract.ts';
import { readNames } from '../../names.ts';
import { KIND, statusResult } from '../../results.ts';
import type { Statement } from '../../statement.ts';

/** What stands between CREATE and the object's kind. */
export interface CreateHeader {
  readonly orReplace: boolean;
  /** TEMPORARY, TRANSIENT, SECURE, ... in the order in which they stand. */
  readonly modifiers: ReadonlySet<string>;
}

/** `[IF NOT EXISTS] name`. */
export function readNewName({ reader, session }: Statement, most = 3): { ifNotExists: boolean; parts: string[] } {
  const before = reader.accept('IF', 'NOT', 'EXISTS');
  const parts = readNames(reader, session, most);
  const behind = !before && reader.accept('IF', 'NOT', 'EXISTS');
  return { ifNotExists: before || behind, parts };
}

/** `[IF EXISTS] name`, as DROP and ALTER have it. */
export function readOldName({ reader, session }: Statement, most = 3): { ifExists: boolean; parts: string[] } {
  const ifExists = reader.accept('IF', 'EXISTS');
  return { ifExists, parts: readNames(reader, session, most) };
}

/** Throws SqlError 002022 where a query of CREATE ... AS leaves a column without a name. */
export function refuseUnnamed(columns: readonly TranslatedColumn[]): void {
  if (!columns.some(({ isUnnamed }) => isUnnamed)) return;
  throw new SqlError('002022', '42601', 'SQL compilation error:\nMissing column specification');
}

export function created(kind: string, name: string): EngineResult {
  return statusResult(KIND.ddl, `${kind} ${name} successfully created.`);
}

export function keptAsItWas(name: string): EngineResult {
  return statusResult(KIND.ddl, `${name} already exists, statement succeeded.`);
}

export function dropped(name: string): EngineResult {
  return statusResult(KIND.ddl, `${name} successfully dropped.`);
}

export function alreadyDropped(name: string): EngineResult {
  return statusResult(KIND.ddl, `Drop statement executed successfully (${name} already dropped).`);
}

export function succeeded(): EngineResult {
  return statusResult(KIND.ddl, 'Statement executed successfully.');
}
