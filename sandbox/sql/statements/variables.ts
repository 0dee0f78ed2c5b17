import { type EngineResult, SqlError } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { evaluate } from '../evaluate.ts';
import { readName } from '../names.ts';
import { KIND, statusResult } from '../results.ts';
import type { Statement } from '../statement.ts';

const MOST_CHARACTERS = 256;

/** SET name = expression, or SET (a, b) = (1, 2) with a row or a subquery on the right. */
export async function setVariables(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  reader.expect('SET');
  const names: string[] = [];
  if (reader.accept('(')) {
    do names.push(readName(reader, session));
    while (reader.accept(','));
    reader.expect(')');
  } else {
    names.push(readName(reader, session));
  }
  reader.expect('=');
  const range = reader.expression();
  reader.expectEnd();
  if (range.end === range.start) throw reader.unexpected();
  const values = await evaluate(statement, range);
  if (values.length !== names.length) {
    throw new SqlError(
      '002002',
      '42601',
      `SQL compilation error:\nMismatch between number of variables (${names.length}) and number of values (${values.length}).`,
    );
  }
  const now = statement.startMs;
  const assigned = names.map((name, index): [string, { value: string | null; type: SnowflakeType }] => {
    const cell = values[index];
    if (!cell) throw new Error('a value is missing');
    if (cell.value !== null && cell.value.length > MOST_CHARACTERS) {
      throw new SqlError(
        '001991',
        '22000',
        `Assignment to '${name}' not done because value exceeds size limit for variables. Its size is ${cell.value.length}; the limit is ${MOST_CHARACTERS} (internal storage size in bytes).`,
      );
    }
    return [name, cell];
  });
  for (const [name, { value, type }] of assigned) {
    const createdMs = session.variables.get(name)?.createdMs ?? now;
    session.variables.set(name, { value, type, createdMs, updatedMs: now });
  }
  return statusResult(KIND.scl, 'Statement executed successfully.');
}

/** UNSET name, or UNSET (a, b). A name that is not set does no harm. */
export async function unsetVariables({ reader, session }: Statement): Promise<EngineResult> {
  reader.expect('UNSET');
  const names: string[] = [];
  const isList = reader.accept('(');
  do names.push(readName(reader, session));
  while (reader.accept(','));
  if (isList) reader.expect(')');
  reader.expectEnd();
  for (const name of names) session.variables.delete(name);
  return statusResult(KIND.scl, 'Statement executed successfully.');
}
