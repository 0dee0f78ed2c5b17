import type { SqlError } from '../../engine.ts';
import { type Place, syntaxError, unsupported } from '../errors.ts';
import type { TokenReader } from '../reader.ts';

/** A stage as SQL names it: `@name/path`, `@%table/path`, `@~/path`. */
export interface StageReference {
  readonly kind: 'named' | 'table' | 'user';
  /** Names of the stage or table, folded; none for the user's own. */
  readonly parts: readonly string[];
  /** What stands behind the stage: a folder or the beginning of files' names; '' for all of it. */
  readonly path: string;
}

const NAME = /(?:"(?:[^"]|"")+"|[A-Za-z_][A-Za-z0-9_$]*)/y;
/** Where a path without quotes ends. */
const PATH = /[^\s;,()'"]*/y;

/** Reads `@...` at an offset of a text; gives where it ends. Throws SqlError 001003, 000002. */
export function readReference(text: string, start: number, at: Place): { reference: StageReference; end: number } {
  const unexpected = (offset: number) => syntaxError(at, text.slice(offset, offset + 1) || '<EOF>');
  if (text[start] !== '@') throw unexpected(start);
  let end = start + 1;
  const sign = text[end];
  const parts: string[] = [];
  if (sign === '~') end += 1;
  else {
    // A table's stage is named `@db.schema.%t`, its sign behind the schema.
    let isTable = false;
    for (;;) {
      if (!isTable && text[end] === '%') {
        isTable = true;
        end += 1;
      }
      NAME.lastIndex = end;
      const found = NAME.exec(text)?.[0];
      if (found === undefined) throw unexpected(end);
      parts.push(found.startsWith('"') ? found.slice(1, -1).replaceAll('""', '"') : found.toUpperCase());
      end += found.length;
      if (text[end] !== '.' || isTable || parts.length === 3) break;
      end += 1;
    }
    const { path, end: last } = readPath(text, end, unexpected);
    return { reference: { kind: isTable ? 'table' : 'named', parts, path }, end: last };
  }
  const { path, end: last } = readPath(text, end, unexpected);
  return { reference: { kind: 'user', parts, path }, end: last };
}

function readPath(
  text: string,
  start: number,
  unexpected: (offset: number) => SqlError,
): { path: string; end: number } {
  PATH.lastIndex = start;
  const found = PATH.exec(text)?.[0] ?? '';
  if (found !== '' && !found.startsWith('/')) throw unexpected(start);
  // Behind `--` the rest of the line is a comment to everything else that reads the text.
  if (found.includes('--')) throw unsupported("'--' in the path of a stage");
  return { path: safePath(found.slice(1)), end: start + found.length };
}

/** Throws SqlError 000002 for a path that would lead out of its stage, or that no driver would make. */
function safePath(path: string): string {
  const parts = path.split('/');
  const isBad = (part: string, index: number) =>
    part === '.' || part === '..' || (part === '' && index < parts.length - 1) || /[\\\p{Cc}]/u.test(part);
  if (path !== '' && parts.some(isBad)) throw unsupported(`the stage path '${path.slice(0, 100)}'`);
  return path;
}

/** `@...` or `'@...'` where the reader stands. */
export function takeReference(reader: TokenReader): StageReference {
  const token = reader.peek();
  const at = { line: token.line, pos: token.pos };
  if (token.kind === 'string') {
    reader.next();
    return wholeReference(token.value, at);
  }
  const { reference, end } = readReference(reader.text, token.start, at);
  while (reader.peek().kind !== 'end' && reader.peek().start < end) reader.next();
  return reference;
}

/** A text that is nothing but a reference; blanks may stand in its path. */
export function wholeReference(text: string, at: Place): StageReference {
  const slash = text.indexOf('/');
  const { reference } = readReference(slash < 0 ? text : text.slice(0, slash), 0, at);
  return slash < 0 ? reference : { ...reference, path: safePath(text.slice(slash + 1)) };
}

/** True where a stage may be named next. */
export function atReference(reader: TokenReader): boolean {
  const token = reader.peek();
  return reader.at('@') || (token.kind === 'string' && token.value.startsWith('@'));
}
