import type { EngineResult } from '../../engine.ts';
import { runQuery } from '../run-query.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { translate } from '../translate.ts';

/** SELECT, WITH, VALUES and set operations. */
export async function query(statement: Statement): Promise<EngineResult> {
  const { reader, request } = statement;
  const binds = request.describeOnly ? {} : { binds: request.binds };
  return runQuery(statement, await translate(reader.rest(), scopeOf(statement), binds));
}
