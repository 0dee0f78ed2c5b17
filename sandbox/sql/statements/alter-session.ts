import type { EngineResult } from '../../engine.ts';
import { type ParameterValue, parameterDefinition, parameterValue } from '../parameters.ts';
import type { TokenReader } from '../reader.ts';
import { KIND, statusResult } from '../results.ts';
import type { Statement } from '../statement.ts';

/** ALTER SESSION SET p = v [, ...] | UNSET p [, ...]. All of it happens or nothing. */
export async function alterSession(statement: Statement): Promise<EngineResult> {
  const { reader, session } = statement;
  const action = reader.acceptOne('SET', 'UNSET');
  if (!action) throw reader.unexpected();
  const changes: [string, ParameterValue | undefined][] = [];
  do {
    const name = reader.identifier();
    const definition = parameterDefinition(name);
    if (action === 'SET') {
      reader.expect('=');
      changes.push([name, parameterValue(definition, parameterLiteral(reader))]);
    } else {
      changes.push([name, undefined]);
    }
    reader.accept(',');
  } while (!reader.atEnd);
  reader.expectEnd();
  // Also where the value stays what it was. Source: docs, "Transactions", implicit transactions.
  if (changes.some(([name]) => name === 'AUTOCOMMIT')) await session.commit(statement.committer);
  for (const [name, value] of changes) {
    if (value === undefined) session.overrides.delete(name);
    else session.overrides.set(name, value);
  }
  return statusResult(KIND.scl, 'Statement executed successfully.');
}

/** A literal as parameters take it: text, number, TRUE/FALSE, or a bare word. */
export function parameterLiteral(reader: TokenReader): ParameterValue {
  const token = reader.peek();
  if (token.kind === 'number' || reader.at('-')) {
    const sign = reader.accept('-') ? -1 : 1;
    return sign * Number(reader.next().value);
  }
  if (token.kind === 'string' || token.kind === 'quoted') return reader.next().value;
  if (token.kind !== 'word') throw reader.unexpected();
  reader.next();
  if (token.value === 'TRUE') return true;
  if (token.value === 'FALSE') return false;
  return token.value;
}
