import { Scalar, type Variant } from './variant-text.ts';

/**
 * XML inside an OBJECT: `$` holds the content, `@` the name, `@x` the attribute x, and a child's name the place of that
 * child in the content, or an array of places. The content is a text, a number, a boolean, an element, or an array of
 * those. An object of that shape is XML, wherever it came from. Source: docs, XMLGET and "Introduction to loading
 * semi-structured data", XML.
 */
export type Element = ReadonlyMap<string, Variant>;

/** How the canonical text of every element begins; few other objects do. */
export const XML_START = '{"$":';

const NAME = /^[\p{L}_:][\p{L}\p{N}\p{M}_:.\u00b7-]*$/u;

/** Whether a text may name an element or an attribute. */
export function isXmlName(text: string): boolean {
  return NAME.test(text);
}

const isScalar = (value: Variant | undefined): boolean =>
  typeof value === 'string' || typeof value === 'boolean' || (value instanceof Scalar && /^[inf]$/.test(value.tag));

/** The pieces of a content: none for the empty text. */
function piecesOf(content: Variant | undefined): readonly Variant[] {
  if (content === undefined || content === '') return [];
  return Array.isArray(content) ? (content as readonly Variant[]) : [content];
}

/** Where the children of each name stand among the pieces. */
export function placesOf(pieces: readonly Variant[]): ReadonlyMap<string, Variant> {
  const places = new Map<string, Scalar[]>();
  for (const [index, piece] of pieces.entries()) {
    const name = piece instanceof Map ? (piece as Element).get('@') : undefined;
    if (typeof name !== 'string') continue;
    const place = new Scalar('i', String(index));
    const before = places.get(name);
    if (before) before.push(place);
    else places.set(name, [place]);
  }
  return new Map([...places].map(([name, list]) => [name, list.length === 1 && list[0] ? list[0] : list]));
}

const placeText = (place: Variant | undefined): string =>
  Array.isArray(place) ? place.map(placeText).join(' ') : place instanceof Scalar ? `${place.tag}${place.text}` : '';

/** Whether a value is an XML element, with all that stands in it. */
export function isXml(value: Variant): value is Element {
  if (!(value instanceof Map)) return false;
  const element = value as Element;
  const [name, content] = [element.get('@'), element.get('$')];
  if (typeof name !== 'string' || !isXmlName(name) || content === undefined) return false;
  const pieces = piecesOf(content);
  if (Array.isArray(content) && content.length < 2) return false;
  if (!pieces.every((piece) => isScalar(piece) || isXml(piece))) return false;
  const places = placesOf(pieces);
  let children = 0;
  for (const [key, item] of element) {
    if (key === '@' || key === '$') continue;
    if (key.startsWith('@')) {
      if (!isXmlName(key.slice(1)) || !isScalar(item)) return false;
    } else {
      const place = places.get(key);
      if (place === undefined || placeText(place) !== placeText(item)) return false;
      children += 1;
    }
  }
  return children === places.size;
}

/** The child of a name, counted from 0; undefined where there is none. Source: docs, XMLGET. */
export function childOf(element: Element, name: string, instance: number): Element | undefined {
  const children = piecesOf(element.get('$')).filter((piece) => piece instanceof Map) as Element[];
  return children.filter((child) => child.get('@') === name)[instance];
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as it stands between tags. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>]/g, (mark) => ESCAPES[mark] ?? mark);
}

function words(value: Variant | undefined, scalar: (one: Scalar) => string): string {
  if (!(value instanceof Scalar)) return String(value);
  return value.tag === 'f' ? scalar(value) : value.text;
}

/**
 * An element as XML: on one line, or where `indent` is 2 with its pieces on lines of their own, as result cells have it
 * when elements are among them. `scalar` writes DOUBLEs; decimals keep the zeros at their end.
 */
export function printXml(element: Element, scalar: (one: Scalar) => string, indent: 0 | 2): string {
  const print = (one: Element, margin: string): string => {
    const name = String(one.get('@'));
    const attributes = [...one]
      .filter(([key]) => key.length > 1 && key.startsWith('@'))
      .map(
        ([key, item]) =>
          ` ${key.slice(1)}="${words(item, scalar).replace(/[&<>"]/g, (mark) => ESCAPES[mark] ?? mark)}"`,
      );
    const pieces = piecesOf(one.get('$'));
    const inner = `${margin}  `;
    const texts = pieces.map((piece) =>
      piece instanceof Map ? print(piece as Element, inner) : escapeXml(words(piece, scalar)),
    );
    const isSpread = indent === 2 && pieces.some((piece) => piece instanceof Map);
    const content = isSpread ? `${texts.map((text) => `\n${inner}${text}`).join('')}\n${margin}` : texts.join('');
    return `<${name}${attributes.join('')}>${content}</${name}>`;
  };
  return print(element, '');
}
