import type { Routine, Schema } from '../catalog/model.ts';
import type { UserFunction, UserTableFunction } from './contract.ts';
import { unsupported } from './errors.ts';
import { Finder, type Names } from './find.ts';
import type { ScriptRoutine } from './javascript/messages.ts';
import { scriptRoutine } from './javascript/routine.ts';
import { returnedColumns } from './returned-columns.ts';
import { parseType } from './types/parse.ts';

/** A SQL function of the account by its name and number of arguments; undefined where there is none. */
export function userFunction(names: Names, parts: readonly string[], argumentCount: number): UserFunction | undefined {
  const found = findRoutine(names, parts, argumentCount, 'FUNCTION');
  if (!found) return undefined;
  if (found.isTable) throw unsupported(`the table function ${found.name}`);
  const { parameters, body } = found;
  return { parameters, returns: parseType(found.returns), body, ...scriptOf(found) };
}

/** A user-defined SQL table function. Undefined: there is none. */
export function userTableFunction(
  names: Names,
  parts: readonly string[],
  argumentCount: number,
): UserTableFunction | undefined {
  const found = findRoutine(names, parts, argumentCount, 'FUNCTION');
  if (!found?.isTable) return undefined;
  const { parameters, body } = found;
  return { parameters, columns: returnedColumns(found.returns), body, ...scriptOf(found) };
}

function scriptOf(routine: Routine): { script?: ScriptRoutine } {
  return routine.language === 'JAVASCRIPT' ? { script: scriptRoutine(routine) } : {};
}

/** A function or procedure by its name and number of arguments; undefined where it is missing or not visible. */
export function findRoutine(
  names: Names,
  parts: readonly string[],
  argumentCount: number,
  kind: Routine['kind'],
): Routine | undefined {
  if (parts.length === 1 && (names.database === null || names.schema === null)) return undefined;
  let schema: Schema;
  try {
    schema = new Finder(names, kind === 'PROCEDURE' ? 'CALL' : 'SELECT').locate(parts).schema;
  } catch {
    // A schema that does not exist holds no function: the caller reports the function as unknown.
    return undefined;
  }
  const name = parts.at(-1);
  return bySession(schema).find(
    (routine) =>
      routine.kind === kind && routine.name === name && takes(routine, argumentCount) && names.access.sees(routine),
  );
}

/** A schema's routines, temporary ones first: they stand before others of their name. */
export function bySession(schema: Schema): Routine[] {
  return [...schema.routines.values()].sort((a, b) => Number(a.temporaryOf === null) - Number(b.temporaryOf === null));
}

/** The key in `Schema.routines` of a temporary routine: no other session asks for it. */
export function temporaryRoutineKey(sessionId: string, key: string): string {
  return `${sessionId} ${key}`;
}

/** Where the routine of a name and argument types stands in `Schema.routines`, a session's temporary one first. */
export function routineKey(schema: Schema, key: string, sessionId: string): string {
  const own = temporaryRoutineKey(sessionId, key);
  return schema.routines.has(own) ? own : key;
}

function takes(routine: Routine, argumentCount: number): boolean {
  const required = routine.parameters.filter((parameter) => parameter.default === undefined).length;
  return argumentCount >= required && argumentCount <= routine.parameters.length;
}
