import type { Routine, Schema } from '../catalog/model.ts';
import type { SnowflakeType, UserFunction, UserTableFunction } from './contract.ts';
import { unsupported } from './errors.ts';
import { Finder, type Names } from './find.ts';
import { TokenReader } from './reader.ts';
import { parseType } from './types/parse.ts';

/** A SQL function of the account by its name and number of arguments; undefined where there is none. */
export function userFunction(names: Names, parts: readonly string[], argumentCount: number): UserFunction | undefined {
  const found = findRoutine(names, parts, argumentCount, 'FUNCTION');
  if (!found) return undefined;
  if (found.isTable) throw unsupported(`the table function ${found.name}`);
  if (found.language !== 'SQL') throw unsupported(`functions in ${found.language}`);
  return { parameters: found.parameters, returns: parseType(found.returns), body: found.body };
}

/** A user-defined SQL table function. Undefined: there is none. */
export function userTableFunction(
  names: Names,
  parts: readonly string[],
  argumentCount: number,
): UserTableFunction | undefined {
  const found = findRoutine(names, parts, argumentCount, 'FUNCTION');
  if (!found?.isTable) return undefined;
  return { parameters: found.parameters, columns: tableColumns(found.returns), body: found.body };
}

/** The columns of `TABLE (name type, ...)`. */
function tableColumns(returns: string): UserTableFunction['columns'] {
  const reader = new TokenReader(returns);
  const columns: { name: string; type: SnowflakeType }[] = [];
  reader.expect('TABLE', '(');
  while (!reader.at(')')) {
    const name = reader.identifier();
    columns.push({ name, type: parseType(reader.slice(reader.expression(','))) });
    if (!reader.accept(',')) break;
  }
  return columns;
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
  return [...schema.routines.values()].find(
    (routine) =>
      routine.kind === kind && routine.name === name && takes(routine, argumentCount) && names.access.sees(routine),
  );
}

function takes(routine: Routine, argumentCount: number): boolean {
  const required = routine.parameters.filter((parameter) => parameter.default === undefined).length;
  return argumentCount >= required && argumentCount <= routine.parameters.length;
}
