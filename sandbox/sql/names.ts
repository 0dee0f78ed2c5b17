import { invalidIdentifier } from './errors.ts';
import { placeOf, tokenize, WHOLLY_RESERVED } from './lexer.ts';
import { TokenReader } from './reader.ts';
import type { Session } from './session.ts';

/** One name, folded; reserved words only in quotes; also `IDENTIFIER('name')`, `IDENTIFIER($variable)`, `IDENTIFIER(?)`. Throws SqlError 001003. */
export function readName(reader: TokenReader, session: Session): string {
  const names = readNames(reader, session, 1);
  return names[0] ?? '';
}

/** One to `most` names joined by dots, folded; an empty one between two dots (`db..t`) is the schema PUBLIC. */
export function readNames(reader: TokenReader, session: Session, most = 3): string[] {
  if (reader.at('IDENTIFIER', '(')) {
    reader.expect('IDENTIFIER', '(');
    const text = boundName(reader) ?? identifierText(reader, reader.next(), session);
    reader.expect(')');
    return readNames(new TokenReader(text, tokenize(text)), session, most);
  }
  const names = [part(reader, session)];
  while (names.length < most && reader.accept('.')) {
    if (reader.at('.')) names.push('PUBLIC');
    else names.push(part(reader, session));
  }
  return names;
}

function part(reader: TokenReader, session: Session): string {
  const token = reader.peek();
  if (token.kind === 'word' && WHOLLY_RESERVED.has(token.value)) throw reader.unexpected();
  const name = reader.identifier();
  const foldsQuoted = token.kind === 'quoted' && session.parameter('QUOTED_IDENTIFIERS_IGNORE_CASE') === true;
  return foldsQuoted ? name.toUpperCase() : name;
}

function boundName(reader: TokenReader): string | undefined {
  const token = reader.peek();
  const bind = reader.bound();
  if (!bind) return undefined;
  if (typeof bind.value !== 'string') throw invalidIdentifier(String(bind.value), placeOf(token));
  return bind.value;
}

function identifierText(reader: TokenReader, token: ReturnType<TokenReader['peek']>, session: Session): string {
  if (token.kind === 'string') return token.value;
  if (token.kind === 'variable') {
    const variable = session.variables.get(token.value);
    if (variable?.value === undefined || variable.value === null) {
      throw invalidIdentifier(token.text, placeOf(token));
    }
    return variable.value;
  }
  throw reader.unexpected(token);
}
