/** A text that is no XML. `isWorded` tells that the message is in Snowflake's words. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
  constructor(
    message: string,
    readonly isWorded: boolean,
  ) {
    super(message);
  }
}

const PART =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)([\p{L}_:][\p{L}\p{N}\p{M}_:.\u00b7-]*)/gu;
/** The rest of an opening tag: attributes, then its end. */
const REST = /(?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(\/?)>/y;
const CLOSE = /\s*>/y;

/** Where `pattern` ends at `at`; undefined where it does not stand there. */
function endOf(pattern: RegExp, text: string, at: number): { end: number; mark: string } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found ? { end: at + found[0].length, mark: found[1] ?? '' } : undefined;
}

/** Longer texts are not searched for Snowflake's words: what is left open in them may be sought again and again. */
const SEARCHED_LENGTH = 20_000;

/**
 * What is wrong with a text that is no XML, in Snowflake's words where these are known: a closing tag that nothing
 * opened, elements that nothing closes, a tag inside a name. Else `otherwise`. `pos` counts what was read.
 * Source: docs, CHECK_XML; what Snowpark's own tests expect of check_xml.
 */
export function faultOf(text: string, otherwise: string): XmlError {
  const unknown = new XmlError(otherwise, false);
  if (text.length > SEARCHED_LENGTH) return unknown;
  const open: string[] = [];
  PART.lastIndex = 0;
  for (let found = PART.exec(text); found; found = PART.exec(text)) {
    const [whole, slash, name] = found;
    if (name === undefined) continue;
    const at = found.index + whole.length;
    if (slash) {
      const close = endOf(CLOSE, text, at);
      if (!close) return unknown;
      if (open.at(-1) === name) open.pop();
      else if (open.includes(name)) return unknown;
      else return new XmlError(`no opening tag for </${name}>, pos ${close.end}`, true);
      PART.lastIndex = close.end;
      continue;
    }
    if (text[at] === '<') return new XmlError(`bad character in XML tag name: '<', pos ${at + 1}`, true);
    const rest = endOf(REST, text, at);
    if (!rest) return unknown;
    if (!rest.mark) open.push(name);
    PART.lastIndex = rest.end;
  }
  if (open.length === 0 || !text.endsWith('>')) return unknown;
  const missing = open.reverse().map((name) => `</${name}>`);
  return new XmlError(`missing closing tags: ${missing.join('')}, pos ${text.length}`, true);
}
