import type { StageInQuery } from '../../stages/stage-query.ts';
import { readReference, type StageReference, wholeReference } from '../../stages/stage-reference.ts';
import type { Cursor } from './cursor.ts';

/** `@stage/path` or `'@stage/path'` in FROM, with `(FILE_FORMAT => 'f', PATTERN => 'p')` behind it. */
export function parseStage(cursor: Cursor): StageInQuery {
  const reference = referenceAt(cursor);
  const options = new Map<string, string>();
  if (cursor.isSymbol('(') && (cursor.isWord('FILE_FORMAT', 1) || cursor.isWord('PATTERN', 1))) {
    cursor.bracketed(() => {
      const name = cursor.next().value;
      cursor.expectSymbol('=>');
      const value = cursor.next();
      if (value.kind === 'word' || value.kind === 'quoted') {
        cursor.at -= 1;
        const parts = cursor.expectDotted();
        options.set(name, parts.map((part) => `"${part.name.replaceAll('"', '""')}"`).join('.'));
      } else if (value.kind === 'string') options.set(name, value.value);
      else throw cursor.unexpected(value);
      if (name !== 'FILE_FORMAT' && name !== 'PATTERN') throw cursor.unsupported(`the stage option ${name}`, value);
    });
  }
  const places = cursor.tokens.filter((token) => token.kind === 'variable' && /^\d{1,4}$/.test(token.value));
  return {
    reference,
    format: options.get('FILE_FORMAT') ?? null,
    pattern: options.get('PATTERN') ?? null,
    width: Math.max(1, ...places.map((token) => Number(token.value))),
  };
}

function referenceAt(cursor: Cursor): StageReference {
  const { token } = cursor;
  const at = { line: token.line, pos: token.pos };
  if (token.kind === 'string') {
    cursor.next();
    return wholeReference(token.value, at);
  }
  const { reference, end } = readReference(cursor.source, token.start, at);
  while (cursor.token.kind !== 'end' && cursor.token.start < end) cursor.next();
  return reference;
}
