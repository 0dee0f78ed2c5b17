import type { EngineResult, EngineStatement } from '../engine.ts';
import { parameterDefinition, parameterValue } from './parameters.ts';
import { TokenReader } from './reader.ts';
import type { Session } from './session.ts';
import type { Handler, Statement } from './statement.ts';
import { alterSession } from './statements/alter-session.ts';
import { query } from './statements/query.ts';
import { use } from './statements/use.ts';
import { setVariables, unsetVariables } from './statements/variables.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  SELECT: query,
  WITH: query,
  VALUES: query,
  '(': query,
  USE: use,
  SET: setVariables,
  UNSET: unsetVariables,
};

/** Runs one statement: what its first words say decides who does it. */
export async function runStatement(session: Session, request: EngineStatement): Promise<EngineResult> {
  const reader = new TokenReader(request.sql);
  const statement: Statement = {
    session,
    request,
    reader,
    startMs: session.account.host.now(),
    parameter: (name) => {
      const own = request.parameters.get(name);
      return own === undefined ? session.parameter(name) : parameterValue(parameterDefinition(name), own);
    },
  };
  const first = reader.peek();
  if (reader.at('ALTER', 'SESSION')) return alterSession(statement);
  const handler = first.kind === 'word' || first.kind === 'symbol' ? HANDLERS[first.value] : undefined;
  if (!handler) throw reader.unexpected();
  return handler(statement);
}
