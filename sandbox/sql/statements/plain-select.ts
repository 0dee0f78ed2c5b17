import type { EngineResult, ResultColumn } from '../../engine.ts';
import { unsupported } from '../errors.ts';
import { placeOf } from '../lexer.ts';
import type { TokenReader } from '../reader.ts';
import { KIND, numberColumn, type PlainCell, plainResult, textColumn } from '../results.ts';
import type { Statement } from '../statement.ts';

/** Constants and context functions without FROM. */
export async function plainSelect(statement: Statement): Promise<EngineResult> {
  const { reader } = statement;
  reader.expect('SELECT');
  const columns: ResultColumn[] = [];
  const row: PlainCell[] = [];
  do {
    const { value, name } = await item(statement, reader);
    const alias = reader.accept('AS') || reader.isIdentifier() ? reader.identifier() : name;
    columns.push(typeof value === 'number' ? numberColumn(alias, String(value).length) : textColumn(alias));
    row.push(value);
  } while (reader.accept(','));
  if (!reader.atEnd) throw unsupported('this query yet');
  return plainResult(KIND.select, columns, [row]);
}

async function item(statement: Statement, reader: TokenReader): Promise<{ value: PlainCell; name: string }> {
  const { session, request } = statement;
  const token = reader.next();
  if (token.kind === 'number') return { value: Number(token.value), name: token.text };
  if (token.kind === 'string') return { value: token.value, name: token.text };
  if (token.kind === 'variable') return { value: session.variables.get(token.value)?.value ?? null, name: token.text };
  if (token.kind !== 'word') throw reader.unexpected(token);
  reader.expect('(');
  const args: PlainCell[] = [];
  while (!reader.at(')')) {
    args.push((await item(statement, reader)).value);
    reader.accept(',');
  }
  reader.expect(')');
  const name = `${token.text}(${args.join(', ')})`;
  const current = session.current;
  const values: Record<string, PlainCell> = {
    CURRENT_ROLE: current.role,
    CURRENT_USER: session.start.user,
    CURRENT_WAREHOUSE: current.warehouse,
    CURRENT_DATABASE: current.database,
    CURRENT_SCHEMA: current.schema,
    CURRENT_SESSION: session.start.sessionId,
  };
  if (token.value in values) return { value: values[token.value] ?? null, name };
  if (token.value === 'SYSTEM$WAIT') {
    const factor =
      { MILLISECONDS: 1, SECONDS: 1000, MINUTES: 60000 }[String(args[1] ?? 'SECONDS').toUpperCase()] ?? 1000;
    await session.account.host.sleep(Number(args[0]) * factor, request.signal);
    return { value: `waited ${args[0]} ${String(args[1] ?? 'SECONDS').toLowerCase()}`, name };
  }
  throw unsupported(`the function ${token.value} yet`, placeOf(token));
}
