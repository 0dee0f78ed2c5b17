/**
 * The text in which VARIANT, OBJECT and ARRAY values are kept, and its printing.
 *
 * It is compact JSON with sorted keys. Numbers stand as JSON numbers where DuckDB's JSON reader gives them back digit for
 * digit (integers of any length, decimals of up to 15 digits). What JSON has no word for (DOUBLE, longer decimals, dates,
 * times, timestamps, binary, `undefined`) is a string that begins with TAG and a letter. A text value that itself begins
 * with TAG gets the letter `s`.
 */

/** First character of a tagged value: of Unicode's private use area, so that texts hardly ever begin with it. */
export const TAG = '\ue000';

/** Letter behind TAG. */
export type TagLetter = 'f' | 'n' | 'd' | 't' | 'N' | 'L' | 'Z' | 'b' | 'u' | 's';

/** A number (text kept), or a tagged value. */
export class Scalar {
  constructor(
    readonly tag: TagLetter | 'i',
    readonly text: string,
  ) {}
}

/** A value in memory. Objects are maps whose keys are in order. */
export type Variant = null | boolean | string | Scalar | readonly Variant[] | ReadonlyMap<string, Variant>;

export const UNDEFINED = new Scalar('u', '');

/** Thrown by `readVariant` with Snowflake's words and the offset; `sf_parse_json` turns it into error 100069. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const WORD = /-?[A-Za-z_$][\w$]*/y;
const PLAIN = /[^"\\]*/y;

/** The canonical number for a JSON number: an integer or decimal of up to 38 digits, else a DOUBLE. */
export function numberOf(source: string): Scalar {
  if (!/[eE]/.test(source)) {
    const [, sign, whole = '', part = ''] = /^(-?)0*(\d*)\.?(\d*?)0*$/.exec(source) ?? [];
    if (whole.length + part.length <= 38 && part.length <= 37) {
      const digits = whole === '' ? '0' : whole;
      const isZero = digits === '0' && part === '';
      const shown = `${isZero ? '' : (sign ?? '')}${digits}${part === '' ? '' : `.${part}`}`;
      if (part === '') return new Scalar('i', shown);
      return new Scalar('n', shown);
    }
  }
  return new Scalar('f', String(Number(source)));
}

class Reader {
  private at = 0;
  constructor(
    private readonly source: string,
    private readonly isCanonical: boolean,
    private readonly takesTwins = false,
  ) {}

  /** The whole text as one value; an empty text has none. */
  read(): Variant | undefined {
    this.blanks();
    if (this.at >= this.source.length) return undefined;
    const value = this.value();
    this.blanks();
    if (this.at < this.source.length) throw this.fail('more than one document in the input');
    return value;
  }

  private fail(what: string): JsonError {
    return new JsonError(`Error parsing JSON: ${what}, pos ${this.at}`);
  }

  private blanks(): void {
    if (this.isCanonical) return;
    for (;;) {
      const char = this.source.charCodeAt(this.at);
      if (char !== 32 && char !== 10 && char !== 13 && char !== 9) return;
      this.at += 1;
    }
  }

  private value(): Variant {
    const char = this.source[this.at];
    if (char === undefined) throw this.fail('incomplete object value');
    if (char === '{') return this.object();
    if (char === '[') return this.array();
    if (char === '"') return this.tagged(this.string());
    if (!this.isCanonical && char === "'") return this.single();
    NUMBER.lastIndex = this.at;
    const number = NUMBER.exec(this.source);
    if (number) {
      this.at += number[0].length;
      return numberOf(number[0]);
    }
    return this.word();
  }

  private word(): Variant {
    WORD.lastIndex = this.at;
    const found = WORD.exec(this.source)?.[0];
    if (found === undefined) throw this.fail(`unknown keyword "${this.source.slice(this.at, this.at + 8)}"`);
    this.at += found.length;
    // Snowflake's pages write PARSE_JSON('NULL'), too.
    if (found === 'null' || found === 'NULL') return null;
    if (found === 'true') return true;
    if (found === 'false') return false;
    if (found === 'undefined') return UNDEFINED;
    if (found === 'NaN' || found === 'Infinity' || found === '-Infinity') return new Scalar('f', found);
    throw this.fail(`unknown keyword "${found}"`);
  }

  private tagged(text: string): Variant {
    if (!this.isCanonical || text[0] !== TAG) return text;
    const letter = text[1] as TagLetter;
    if (letter === 's') return text.slice(2);
    if (letter === 'u') return UNDEFINED;
    return new Scalar(letter, text.slice(2));
  }

  private string(): string {
    PLAIN.lastIndex = this.at + 1;
    const plain = PLAIN.exec(this.source)?.[0] ?? '';
    let end = this.at + 1 + plain.length;
    if (this.source[end] === '"') {
      this.at = end + 1;
      return plain;
    }
    while (this.source[end] !== '"') {
      if (end >= this.source.length) throw this.fail('unfinished string');
      end += this.source[end] === '\\' ? 2 : 1;
    }
    const whole = this.source.slice(this.at, end + 1);
    try {
      const decoded: unknown = JSON.parse(
        whole.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'),
      );
      this.at = end + 1;
      return String(decoded);
    } catch (error) {
      throw new JsonError(`Error parsing JSON: bad character escape, pos ${this.at}`, { cause: error });
    }
  }

  private single(): string {
    const end = this.source.indexOf("'", this.at + 1);
    if (end < 0) throw this.fail('unfinished string');
    const inside = this.source.slice(this.at + 1, end);
    this.at = end + 1;
    return inside;
  }

  private array(): Variant {
    const items: Variant[] = [];
    this.at += 1;
    this.blanks();
    if (this.source[this.at] === ']') {
      this.at += 1;
      return items;
    }
    for (;;) {
      this.blanks();
      const char = this.source[this.at];
      // Two commas in a row leave an undefined element, as Snowflake's parser has it.
      items.push(char === ',' || char === ']' ? UNDEFINED : this.value());
      this.blanks();
      const next = this.source[this.at];
      this.at += 1;
      if (next === ']') return items;
      if (next !== ',') throw this.fail(next === undefined ? 'missing comma' : `missing comma`);
    }
  }

  /** A key: in quotes, or in single ones or a bare word, which Snowflake's reader takes too. */
  private key(): string {
    if (this.source[this.at] === '"') return this.string();
    if (!this.isCanonical && this.source[this.at] === "'") return this.single();
    WORD.lastIndex = this.at;
    const word = this.isCanonical ? undefined : WORD.exec(this.source)?.[0];
    if (word === undefined) throw this.fail('missing object key');
    this.at += word.length;
    return word;
  }

  private object(): Variant {
    const entries: [string, Variant][] = [];
    this.at += 1;
    this.blanks();
    if (this.source[this.at] === '}') {
      this.at += 1;
      return new Map();
    }
    const seen = new Set<string>();
    for (;;) {
      this.blanks();
      const key = this.key();
      if (seen.has(key) && !this.takesTwins) throw this.fail(`duplicate object attribute "${key}"`);
      seen.add(key);
      this.blanks();
      if (this.source[this.at] !== ':') throw this.fail('missing colon');
      this.at += 1;
      this.blanks();
      entries.push([key, this.value()]);
      this.blanks();
      const next = this.source[this.at];
      this.at += 1;
      if (next === '}') break;
      if (next !== ',') throw this.fail('missing comma');
    }
    return this.isCanonical ? new Map(entries) : objectOf(entries);
  }
}

const byKey = ([a]: readonly [string, Variant], [b]: readonly [string, Variant]) => (a < b ? -1 : a > b ? 1 : 0);

/** An object with its keys in order. */
export function objectOf(entries: Iterable<readonly [string, Variant]>): ReadonlyMap<string, Variant> {
  return new Map([...entries].sort(byKey));
}

/** Reads JSON as PARSE_JSON does; undefined for a blank text. `takesTwins`: the last of equal keys counts. Throws JsonError. */
export function readJson(source: string, takesTwins = false): Variant | undefined {
  return new Reader(source, false, takesTwins).read();
}

/** Reads the canonical text. */
export function readVariant(source: string): Variant {
  return new Reader(source, true).read() ?? null;
}

/** True where a decimal survives DuckDB's JSON reader, which keeps it as a double. Those of XML may end with zeros. */
function isShortDecimal(text: string): boolean {
  if (text.endsWith('0')) return false;
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15 && !/^-?0\.0000/.test(text);
}

/** The canonical text of a value. */
export function writeVariant(value: Variant): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return JSON.stringify(value[0] === TAG ? `${TAG}s${value}` : value);
  if (value instanceof Scalar) {
    if (value.tag === 'i' || (value.tag === 'n' && isShortDecimal(value.text))) return value.text;
    return JSON.stringify(`${TAG}${value.tag}${value.text}`);
  }
  if (value instanceof Map) {
    const parts: string[] = [];
    for (const [key, item] of value as ReadonlyMap<string, Variant>) {
      parts.push(`${JSON.stringify(key)}:${writeVariant(item)}`);
    }
    return `{${parts.join(',')}}`;
  }
  return `[${(value as readonly Variant[]).map(writeVariant).join(',')}]`;
}
