import { type EngineResult, SqlError } from '../../engine.ts';
import { runQuery } from '../run-query.ts';
import { scopeOf } from '../scope.ts';
import type { Statement } from '../statement.ts';
import { translate } from '../translate.ts';
import { plainSelect } from './plain-select.ts';

/** SELECT, WITH, VALUES and set operations. */
export async function query(statement: Statement): Promise<EngineResult> {
  const { reader, request } = statement;
  const binds = request.describeOnly ? {} : { binds: request.binds };
  const start = reader.position;
  try {
    return await runQuery(statement, await translate(reader.rest(), scopeOf(statement), binds));
  } catch (error) {
    if (!(error instanceof SqlError) || error.code !== '002140' || !reader.tokens[0]) throw error;
    reader.rewind(start);
    return plainSelect(statement);
  }
}
