import { unsupported } from '../types/type.ts';
import { XmlError } from './xml-faults.ts';

const DECLARATION = /^\uFEFF?[ \t\r\n]*(?:<\?xml[ \t\r\n][^?]*\?>)?/;
/** A DOCTYPE that names nothing to fetch and declares nothing. */
const DOCTYPE = /<!DOCTYPE\s+[^\s>[\]]+\s*(?:\[\s*\]\s*)?>/y;
/** The attributes of a tag, and its end. */
const TAG_REST = /(?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/>/y;

/** A document as the library may read it, and the same without comments, with a dash for each CDATA section. */
export interface Document {
  readonly text: string;
  readonly bare: string;
}

/**
 * A document without its XML declaration and without a DOCTYPE that declares nothing; each mark is looked at once. All
 * other declarations and processing instructions are refused, so that no entity is ever declared and nothing fetched.
 * Throws XmlError for comments and CDATA sections without an end, SqlError 000002 for what is refused.
 */
export function withoutProlog(source: string): Document {
  const body = source.replace(DECLARATION, '');
  const [kept, bare]: [string[], string[]] = [[], []];
  let [at, isOutside] = [0, true];
  const keep = (upTo: number) => {
    const part = body.slice(at, upTo);
    kept.push(part);
    bare.push(part);
    if (/[^ \t\r\n]/.test(part)) isOutside = false;
    at = upTo;
  };
  const pass = (start: string, end: string): boolean => {
    if (!body.startsWith(start, at)) return false;
    const found = body.indexOf(end, at + start.length);
    if (found < 0) throw new XmlError(`'${start}' without '${end}'`, false);
    kept.push(body.slice(at, found + end.length));
    if (start !== '<!--') bare.push('-');
    at = found + end.length;
    return true;
  };
  for (const mark of marksOf(body)) {
    if (mark < at) continue;
    keep(mark);
    if (pass('<!--', '-->') || (!isOutside && pass('<![CDATA[', ']]>'))) continue;
    DOCTYPE.lastIndex = at;
    const found = isOutside ? DOCTYPE.exec(body) : null;
    if (!found) throw unsupported(`${body[at + 1] === '?' ? 'processing instructions' : 'these declarations'} in XML`);
    at += found[0].length;
  }
  keep(body.length);
  return { text: kept.join(''), bare: bare.join('').replace(/[ \t\r\n]+$/, '') };
}

function* marksOf(text: string): Iterable<number> {
  const mark = /<[!?]/g;
  for (let found = mark.exec(text); found; found = mark.exec(text)) yield found.index;
}

/** Whether nothing stands behind the outer element of a document that is otherwise sound. */
export function endsWithElement(bare: string, name: string): boolean {
  const start = bare.indexOf('<');
  TAG_REST.lastIndex = start + 1 + name.length;
  const alone = TAG_REST.exec(bare);
  if (alone) return TAG_REST.lastIndex === bare.length;
  const close = bare.lastIndexOf('<');
  return bare.startsWith(`</${name}`, close) && /^[ \t\r\n]*>$/.test(bare.slice(close + 2 + name.length));
}
