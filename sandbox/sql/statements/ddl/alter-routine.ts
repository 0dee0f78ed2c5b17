import type { Routine } from '../../../catalog/model.ts';
import type { EngineResult } from '../../../engine.ts';
import { alreadyExists, displayNames, insufficientPrivileges, objectMissing, unsupported } from '../../errors.ts';
import { Finder } from '../../find.ts';
import { readNames } from '../../names.ts';
import type { Statement } from '../../statement.ts';
import { routineKey } from '../../user-functions.ts';
import { readArgumentTypes } from './drop.ts';
import { readOldName, succeeded } from './header.ts';

/** ALTER FUNCTION | PROCEDURE [IF EXISTS] name (types) RENAME TO name | SET COMMENT = 'text' | UNSET COMMENT. */
export async function alterRoutine(statement: Statement, kind: Routine['kind']): Promise<EngineResult> {
  const { reader, session } = statement;
  const { ifExists, parts } = readOldName(statement);
  const types = readArgumentTypes(statement);
  const finder = new Finder(session, `ALTER ${kind}`);
  const { schema, name } = finder.locate(parts);
  const oldKey = routineKey(schema, `${name}${types}`, session.start.sessionId);
  const found = schema.routines.get(oldKey);
  if (found?.kind !== kind) {
    if (ifExists) return succeeded();
    throw objectMissing(kind === 'FUNCTION' ? 'Function' : 'Procedure', parts);
  }
  if (!session.access.owns(found)) throw insufficientPrivileges(kind.toLowerCase(), found.name);
  if (reader.accept('RENAME', 'TO')) {
    if (found.temporaryOf !== null) throw unsupported(`RENAME of a temporary ${kind}`, reader.place);
    const to = finder.locate(readNames(reader, session));
    const key = `${to.name}${types}`;
    if (to.schema.routines.has(key))
      throw alreadyExists(displayNames([to.schema.database.name, to.schema.name, to.name]), true);
    reader.expectEnd();
    schema.routines.delete(oldKey);
    found.name = to.name;
    found.schema = to.schema;
    to.schema.routines.set(key, found);
  } else if (reader.accept('SET', 'COMMENT', '=')) found.comment = reader.string();
  else if (reader.accept('UNSET', 'COMMENT')) found.comment = '';
  else throw unsupported(`this ALTER ${kind}`, reader.place);
  reader.expectEnd();
  return succeeded();
}
