import type { Routine } from '../../catalog/model.ts';
import { SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { returnedColumns } from '../returned-columns.ts';
import { parseType, typeText } from '../types/index.ts';
import { unsupported } from '../types/type.ts';
import type { ScriptRoutine, ValueKind } from './messages.ts';

/**
 * Words that name no function and no parameter of a script. Source: ECMAScript, "Keywords and Reserved Words", those of
 * strict code among them.
 */
const RESERVED = new Set(
  (
    'await break case catch class const continue debugger default delete do else enum export extends false finally for ' +
    'function if import in instanceof new null return super switch this throw true try typeof var void while with yield ' +
    'implements interface let package private protected public static'
  ).split(' '),
);

function isIdentifier(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) && !RESERVED.has(name);
}

/**
 * Refuses what Snowflake refuses when a script is created: types that JavaScript has no value for, and names that it does
 * not take. A table function's columns may be of any type. Source: docs, "Introduction to JavaScript UDFs".
 */
export function checkScript(name: string, parameters: Routine['parameters'], returns: SnowflakeType | null): void {
  for (const type of [...parameters.map((parameter) => parameter.type), ...(returns ? [returns] : [])]) {
    if (type.type === 'fixed' || type.type === 'time' || type.type === 'decfloat') {
      throw refused(`Language JAVASCRIPT does not support type '${typeText(type)}' for argument or return type.`);
    }
    kindOf(type);
  }
  if (!isIdentifier(name)) throw refused(`Invalid UDF function name: '${name}'`);
  const wrong = parameters.filter((parameter) => !isIdentifier(parameter.name));
  if (wrong.length > 0) throw refused(`Invalid argument name(s): '${wrong.map((one) => one.name).join(', ')}'`);
}

function refused(what: string): SqlError {
  return new SqlError('391528', '42601', `SQL compilation error:\n${what}`);
}

/** A JavaScript routine of the catalog as a script thread compiles it. */
export function scriptRoutine(routine: Routine): ScriptRoutine {
  const { id, name, parameters, body, isStrict, isTable } = routine;
  const columns = isTable && routine.kind === 'FUNCTION' ? returnedColumns(routine.returns) : [];
  return {
    id,
    name,
    body,
    isStrict,
    form: routine.kind === 'PROCEDURE' ? 'procedure' : isTable ? 'table' : 'scalar',
    parameters: parameters.map((one) => ({ name: one.name, kind: kindOf(one.type), type: typeText(one.type) })),
    returns: isTable ? 'variant' : kindOf(parseType(routine.returns)),
    columns: columns.map((column) => ({ name: column.name, kind: kindOf(column.type) })),
  };
}

/** How values of a type go to a script and back. Throws SqlError 000002 for types that the sandbox does not hand over. */
function kindOf(type: SnowflakeType): ValueKind {
  if (type.fields) throw unsupported(`${typeText(type)} in JavaScript`);
  switch (type.type) {
    case 'fixed':
    case 'real':
      return 'real';
    case 'text':
    case 'time':
      return 'text';
    case 'boolean':
    case 'binary':
    case 'date':
    case 'variant':
    case 'object':
    case 'array':
      return type.type;
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return 'moment';
    default:
      throw unsupported(`${typeText(type)} in JavaScript`);
  }
}
