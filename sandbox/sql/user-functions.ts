import type { Routine, Schema } from '../catalog/model.ts';
import type { ArgumentNames, UserFunction, UserTableFunction } from './contract.ts';
import { unsupported } from './errors.ts';
import { Finder, type Names } from './find.ts';
import type { ScriptRoutine } from './javascript/messages.ts';
import { scriptRoutine } from './javascript/routine.ts';
import { takesCount, withNames } from './overloads.ts';
import { returnedColumns } from './returned-columns.ts';
import { parseType } from './types/parse.ts';
import { bareType } from './types/type.ts';

/** The functions of the account that a call may mean: those of its name that take its arguments. */
export function userFunctions(names: Names, parts: readonly string[], given: ArgumentNames): readonly UserFunction[] {
  const found = findRoutines(names, parts, given, 'FUNCTION');
  const scalar = found.filter(({ isTable }) => !isTable);
  if (scalar.length === 0 && found[0]) throw unsupported(`the table function ${found[0].name}`);
  return scalar.map((routine) => {
    const { parameters, body } = routine;
    return { parameters, returns: parseType(routine.returns), body, ...scriptOf(routine) };
  });
}

/** The table functions of users that a call in FROM may mean. */
export function userTableFunctions(
  names: Names,
  parts: readonly string[],
  given: ArgumentNames,
): readonly UserTableFunction[] {
  return findRoutines(names, parts, given, 'FUNCTION')
    .filter(({ isTable }) => isTable)
    .map((routine) => {
      const { parameters, body } = routine;
      return { parameters, columns: returnedColumns(routine.returns), body, ...scriptOf(routine) };
    });
}

function scriptOf(routine: Routine): { script?: ScriptRoutine } {
  return routine.language === 'JAVASCRIPT' ? { script: scriptRoutine(routine) } : {};
}

/** The functions or procedures of a name that take so many arguments of these names; those that are not visible are not there. */
export function findRoutines(
  names: Names,
  parts: readonly string[],
  given: ArgumentNames,
  kind: Routine['kind'],
): readonly Routine[] {
  if (parts.length === 1 && (names.database === null || names.schema === null)) return [];
  let schema: Schema;
  try {
    schema = new Finder(names, kind === 'PROCEDURE' ? 'CALL' : 'SELECT').locate(parts).schema;
  } catch {
    // A schema that does not exist holds no function: the caller reports the function as unknown.
    return [];
  }
  const name = parts.at(-1);
  const found = bySession(schema).filter(
    (routine) =>
      routine.kind === kind && routine.name === name && takesCount(routine, given.length) && names.access.sees(routine),
  );
  // A temporary one hides the lasting one of its signature.
  const signature = ({ parameters }: Routine) => parameters.map(({ type }) => bareType(type)).join(', ');
  const shown = found.filter((one, index) => found.findIndex((other) => signature(other) === signature(one)) === index);
  return withNames(shown, given);
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
