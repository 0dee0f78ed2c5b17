/** Literals, quoted identifiers and comments: where each one ends, and the text it stands for. */

/** A literal that begins at a quote: what it stands for, and the offset behind it. */
export interface Literal {
  readonly value: string;
  readonly end: number;
  readonly hasBackslash: boolean;
}

/** The single-quoted string at `at`: `''` and a backslash escape a quote. Nothing where it is not closed. */
export function stringAt(text: string, at: number): Literal | undefined {
  let value = '';
  let end = at + 1;
  let from = end;
  let hasBackslash = false;
  for (;;) {
    const code = text.charCodeAt(end);
    if (Number.isNaN(code)) return undefined;
    if (code === 92) {
      hasBackslash = true;
      const [character, length] = escaped(text, end);
      value += text.slice(from, end) + character;
      end += length;
      from = end;
    } else if (code === 39) {
      if (text.charCodeAt(end + 1) !== 39) return { value: value + text.slice(from, end), end: end + 1, hasBackslash };
      value += text.slice(from, end + 1);
      end += 2;
      from = end;
    } else end += 1;
  }
}

/** The `$$` string at `at`, in which nothing is escaped. */
export function dollarStringAt(text: string, at: number): Literal | undefined {
  const close = text.indexOf('$$', at + 2);
  return close < 0 ? undefined : { value: text.slice(at + 2, close), end: close + 2, hasBackslash: false };
}

/** The double-quoted identifier at `at`, in which only `""` stands for something else. */
export function quotedNameAt(text: string, at: number): Literal | undefined {
  for (let end = at + 1; ; end += 2) {
    end = text.indexOf('"', end);
    if (end < 0) return undefined;
    if (text.charCodeAt(end + 1) === 34) continue;
    return { value: text.slice(at + 1, end).replaceAll('""', '"'), end: end + 1, hasBackslash: false };
  }
}

/** The offset behind the block comment at `at`, -1 where it is not closed, and whether another one opens inside. */
export function blockCommentEnd(
  text: string,
  at: number,
  commentsNest: boolean,
): { readonly end: number; readonly hasInner: boolean } {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = at + 2;
  let depth = 1;
  let hasInner = false;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    const isInner = mark[0] === '/*';
    if (isInner) hasInner = true;
    if (isInner && commentsNest) depth += 1;
    // Of `/*/` both marks are there; where comments do not nest, the first one is text, and the second one counts.
    else if (isInner) marks.lastIndex = mark.index + 1;
    else depth -= 1;
    if (depth === 0) return { end: marks.lastIndex, hasInner };
  }
  return { end: -1, hasInner };
}

const simpleEscapes = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
  ['0', '\0'],
]);

/** The character behind the backslash at `at`, and how many units the escape takes. */
function escaped(text: string, at: number): readonly [string, number] {
  const match = /^\\(?:x([\da-f]{2})|u([\da-f]{4})|([0-7]{3}))/i.exec(text.slice(at, at + 6));
  const [whole, x, u, octal] = match ?? [];
  if (whole === undefined) return [simpleEscapes.get(text.charAt(at + 1)) ?? text.charAt(at + 1), 2];
  const code = octal === undefined ? Number.parseInt(x ?? u ?? '', 16) : Number.parseInt(octal, 8);
  return [String.fromCharCode(code), whole.length];
}
