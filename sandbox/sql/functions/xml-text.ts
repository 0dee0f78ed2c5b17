import { createRequire } from 'node:module';
import type { XMLParser, XMLValidator } from 'fast-xml-parser';
import { unsupported } from '../types/type.ts';
import { objectOf, Scalar, type Variant } from '../types/variant-text.ts';
import { isXmlName, placesOf } from '../types/xml-model.ts';
import { faultOf, XmlError } from './xml-faults.ts';
import { endsWithElement, withoutProlog } from './xml-prolog.ts';

interface Library {
  readonly XMLParser: typeof XMLParser;
  readonly XMLValidator: typeof XMLValidator;
}

/** What the library makes of a document in the order of the text: one key for the name, `:@` for attributes. */
type Node = Readonly<Record<string, readonly Node[] | string | Readonly<Record<string, string>>>>;

/** More levels are refused: they are read and printed by recursion. */
const MOST_LEVELS = 250;
/** More tags and attributes are refused: each takes a hundred times its text in memory. */
const MOST_MARKS = 400_000;
const [TEXT, CDATA, COMMENT] = ['#text', '#cdata', '#comment'];

/** Loads the library and makes the reader: at the first text, so that the sandbox's start does not wait for it. */
function createReader(): (text: string) => readonly Node[] {
  const { XMLParser, XMLValidator } = createRequire(import.meta.url)('fast-xml-parser') as Library;
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    processEntities: false,
    textNodeName: TEXT,
    cdataPropName: CDATA,
    commentPropName: COMMENT,
    maxNestedTags: MOST_LEVELS,
    onDangerousProperty: (name) => {
      throw unsupported(`the name ${name} in XML`);
    },
  });
  return (text) => {
    const verdict = XMLValidator.validate(text);
    if (verdict !== true) throw faultOf(text, `${verdict.err.msg.slice(0, 200)} (line ${verdict.err.line})`);
    try {
      return parser.parse(text) as readonly Node[];
    } catch (error) {
      const { message } = error as Error;
      if (/nested/.test(message)) throw unsupported(`XML of more than ${MOST_LEVELS} levels`);
      if (/reserved JavaScript/.test(message)) throw unsupported('this name in XML');
      throw error instanceof XmlError || /^Unsupported/.test(message) ? error : faultOf(text, message);
    }
  };
}

const strip = (text: string): string => text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '');

/** Numbers that print as they are written, or with an exponent. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?([eE][+-]?\d+)?$/;

/**
 * A text as the number or boolean that it plainly is: decimals keep their zeros, what no NUMBER holds and what has an
 * exponent is a DOUBLE. Source: docs, PARSE_XML, usage notes.
 */
function converted(text: string): Variant {
  if (text === 'true') return true;
  if (text === 'false') return false;
  const found = text.length > 400 ? null : NUMBER.exec(text);
  if (!found || /^-0(?:\.0*)?$/.test(text)) return text;
  const [whole = '', part = ''] = text.replace('-', '').split('.');
  const isFixed = found[1] === undefined && part.length <= 37 && whole.length + part.length <= 38;
  if (!isFixed) {
    const value = Number(text);
    return Number.isFinite(value) ? new Scalar('f', String(value)) : text;
  }
  return new Scalar(part === '' ? 'i' : 'n', text);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const code = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}));$/.exec(whole.slice(1));
    const point = code ? Number.parseInt(code[1] ?? code[2] ?? '', code[1] === undefined ? 10 : 16) : 0;
    if (point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) return String.fromCodePoint(point);
    const known = whole.endsWith(';') ? ENTITIES[name] : undefined;
    if (known === undefined) throw unsupported(`the entity ${whole.slice(0, 40)} in XML`);
    return known;
  });
}

class Builder {
  constructor(private readonly converts: boolean) {}

  private value(text: string): Variant {
    return this.converts ? converted(text) : text;
  }

  /** What stands between two elements: one text, or one CDATA section. What several of them make is not known. */
  private run(nodes: readonly Node[]): Variant | undefined {
    const texts = nodes.flatMap((node) => (typeof node[TEXT] === 'string' ? [strip(node[TEXT])] : [])).filter(Boolean);
    const sections = nodes.flatMap((node) => (node[CDATA] === undefined ? [] : [cdataOf(node)]));
    if (texts.length + sections.length > 1) throw unsupported('text in XML that comments or CDATA sections part');
    const [section] = sections;
    if (section !== undefined) {
      const isKnown = section !== '' && strip(section) === section && typeof this.value(section) === 'string';
      if (!isKnown) throw unsupported('CDATA sections of blanks, numbers or nothing');
      return section;
    }
    const [text] = texts;
    if (text === undefined) return undefined;
    if (text.includes(']]>')) throw new XmlError("']]>' in a text", false);
    const plain = decoded(text);
    if (plain !== text && strip(plain) !== plain) throw unsupported('entities of blanks at the ends of a text in XML');
    return this.value(plain);
  }

  element(node: Node, name: string): Variant {
    if (!isXmlName(name)) throw new XmlError(`bad name of an element: ${name}`, false);
    const entries: [string, Variant][] = [['@', name]];
    for (const [key, text] of Object.entries((node[':@'] ?? {}) as Readonly<Record<string, string>>)) {
      if (!isXmlName(key)) throw new XmlError(`bad name of an attribute: ${key}`, false);
      if (key === 'xml:space') throw unsupported('the attribute xml:space');
      if (text.includes('<')) throw new XmlError(`'<' in the attribute ${key}`, false);
      if (/[\t\r\n]/.test(text)) throw unsupported('line ends and tabs in attributes of XML');
      entries.push([`@${key}`, this.value(decoded(text))]);
    }
    const pieces: Variant[] = [];
    let run: Node[] = [];
    const flush = () => {
      const piece = this.run(run);
      if (piece !== undefined) pieces.push(piece);
      run = [];
    };
    for (const child of node[name] as readonly Node[]) {
      const childName = nameOf(child);
      if (childName.startsWith('#')) {
        run.push(child);
        continue;
      }
      flush();
      pieces.push(this.element(child, childName));
    }
    flush();
    if (pieces.length > 1 && pieces.some(hasZeros))
      throw unsupported('decimals that end with 0 beside elements in XML');
    const [only = ''] = pieces;
    entries.push(['$', pieces.length > 1 ? pieces : only], ...placesOf(pieces));
    return objectOf(entries);
  }
}

const hasZeros = (value: Variant): boolean => value instanceof Scalar && value.tag === 'n' && value.text.endsWith('0');

const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ':@') ?? '';

function cdataOf(node: Node): string {
  return (node[CDATA] as readonly Node[]).map((part) => String(part[TEXT] ?? '')).join('');
}

/**
 * Makes a reader of XML: of the text of one document it makes the value that PARSE_XML gives, undefined for a blank
 * text. `converts`: plain numbers and booleans become such. No entity but the five of XML and characters by number is
 * known, nothing is fetched. Throws XmlError for what is no XML, SqlError 000002 for what is known only of Snowflake's.
 */
export function xmlReader(): (text: string, converts: boolean) => Variant | undefined {
  let read: ReturnType<typeof createReader> | undefined;
  return (source, converts) => {
    if (strip(source) === '') return undefined;
    if ((source.match(/[<=]/g)?.length ?? 0) > MOST_MARKS) throw unsupported('XML of that many tags');
    const { text, bare } = withoutProlog(source);
    read ??= createReader();
    const roots = read(text).filter((node) => !nameOf(node).startsWith('#'));
    const [root] = roots;
    if (!root || roots.length > 1) throw new XmlError('a document has one outer element', false);
    const name = nameOf(root);
    if (!endsWithElement(bare, name)) throw new XmlError('text behind the outer element', false);
    if (name === 'SnowflakeData') throw unsupported('reading the tags that TO_XML writes');
    return new Builder(converts).element(root, name);
  };
}
