import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { MAX_TEXT } from '../types/type.ts';
import { type Definition, define, raised, refusal, tooLong } from './define.ts';

/** Characters (code points) of a text. */
const characters = (text: string): readonly string[] => (/[\ud800-\udfff]/.test(text) ? [...text] : text.split(''));

/** SPLIT's parts: an empty separator does not split, an empty text is one empty part. */
export function splitText(text: string, separator: string): readonly string[] {
  return separator === '' ? [text] : text.split(separator);
}

/** Parts between any of the delimiters; empty ones are left out. */
function tokens(text: string, delimiters: string): readonly string[] {
  if (delimiters === '') return text === '' ? [] : [text];
  const set = new Set(characters(delimiters));
  const found: string[] = [];
  let part = '';
  for (const char of characters(text)) {
    if (!set.has(char)) part += char;
    else if (part !== '') {
      found.push(part);
      part = '';
    }
  }
  return part === '' ? found : [...found, part];
}

const WORD_BREAKS = new Set(characters(' \t\n\f\r!?@"^#$&~_,.:;+-*%/|\\[](){}<>'));

function initcap(text: string, delimiters: string | null): string {
  const breaks = delimiters === null ? WORD_BREAKS : new Set(characters(delimiters));
  let startsWord = true;
  return characters(text)
    .map((char) => {
      const isBreak = breaks.has(char);
      const shown = startsWord && !isBreak ? char.toUpperCase() : char.toLowerCase();
      startsWord = isBreak;
      return shown;
    })
    .join('');
}

function pad(text: string, length: number, filler: string, isLeft: boolean): string {
  if (length <= 0) return '';
  const all = characters(text);
  if (all.length >= length) return all.slice(0, length).join('');
  if (filler === '') return text;
  if (length > MAX_TEXT) throw tooLong(text);
  const fill = characters(filler);
  const missing = length - all.length;
  const added = filler.repeat(Math.floor(missing / fill.length)) + fill.slice(0, missing % fill.length).join('');
  return isLeft ? added + text : text + added;
}

const SOUNDEX: Readonly<Record<string, string>> = Object.fromEntries(
  ['BFPV', 'CGJKQSXZ', 'DT', 'L', 'MN', 'R'].flatMap((letters, index) =>
    [...letters].map((letter) => [letter, String(index + 1)]),
  ),
);

/** `keepsSecond`: a second letter of the first one's group counts. */
function soundex(text: string, keepsSecond = false): string {
  const letters = text.toUpperCase().replace(/[^A-Z]/g, '');
  const first = letters[0];
  if (first === undefined) return '';
  let code = first;
  let last = keepsSecond ? '' : (SOUNDEX[first] ?? '');
  for (const letter of letters.slice(1)) {
    const digit = SOUNDEX[letter] ?? '';
    if (digit !== '' && digit !== last) code += digit;
    if (letter !== 'H' && letter !== 'W') last = digit;
  }
  return code.slice(0, 4).padEnd(4, '0');
}

/**
 * Jaro-Winkler similarity of 0 to 100, whatever the case of letters. The whole common beginning counts, not four characters
 * of it. Source: docs, "JAROWINKLER_SIMILARITY", the examples.
 */
function jaroWinkler(first: string, second: string): number {
  const [a, b] = [characters(first.toLowerCase()), characters(second.toLowerCase())];
  if (a.length === 0 || b.length === 0) return 0;
  const reach = Math.max(Math.floor(Math.max(a.length, b.length) / 2) - 1, 0);
  const taken = new Set<number>();
  const left = a.filter((char, at) => {
    for (let other = Math.max(0, at - reach); other <= Math.min(b.length - 1, at + reach); other += 1) {
      if (taken.has(other) || b[other] !== char) continue;
      taken.add(other);
      return true;
    }
    return false;
  });
  if (left.length === 0) return 0;
  const right = b.filter((_, at) => taken.has(at));
  const swaps = Math.floor(left.filter((char, at) => right[at] !== char).length / 2);
  const jaro = (left.length / a.length + left.length / b.length + (left.length - swaps) / left.length) / 3;
  const differs = a.findIndex((char, at) => b[at] !== char);
  const common = differs < 0 ? a.length : differs;
  if (jaro < 1 && common > 9)
    throw refusal('JAROWINKLER_SIMILARITY of texts with more than 9 characters in common at the start');
  return Math.floor((jaro + 0.1 * Math.min(common, 10) * (1 - jaro)) * 100 + 1e-9);
}

/** The alphabet's last two characters and the padding, as given behind the standard letters and digits. */
function alphabet(given: string): readonly [string, string, string] {
  const [plus = '+', slash = '/', padding = '='] = given;
  return [plus, slash, padding];
}

function toBase64(bytes: Uint8Array, width: number, given: string): string {
  const [plus, slash, padding] = alphabet(given);
  const plain = Buffer.from(bytes)
    .toString('base64')
    .replaceAll('+', plus)
    .replaceAll('/', slash)
    .replaceAll('=', padding);
  return width > 0 ? plain.replace(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n') : plain;
}

function fromBase64(text: string, given: string, isTry: boolean): Uint8Array | null {
  const [plus, slash, padding] = alphabet(given);
  const plain = text.replace(/\s/g, '').replaceAll(padding, '=').replaceAll(plus, '+').replaceAll(slash, '/');
  if (/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(plain))
    return Buffer.from(plain, 'base64');
  if (isTry) return null;
  throw raised('100115', '22000', `The following string is not a legal BASE64-encoded value: '${text}'`);
}

function toBinary(text: string, format: string, isTry: boolean): Uint8Array | null {
  if (format === 'BASE64') return fromBase64(text, '', isTry);
  if (format === 'UTF-8' || format === 'UTF8') return Buffer.from(text, 'utf8');
  const plain = text.replace(/\s/g, '');
  if (/^(?:[0-9a-fA-F]{2})*$/.test(plain)) return Buffer.from(plain, 'hex');
  if (isTry) return null;
  throw raised('100115', '22000', `The following string is not a legal hex-encoded value: '${text}'`);
}

/** Texts that DuckDB has no function for, or one that differs at the edges. */
export const textFunctions: readonly Definition[] = [
  define('sf_split', ['text', 'text'], 'texts', splitText),
  define('sf_split_part', ['text', 'text', 'bigint'], 'text', (text, separator, index) => {
    const parts = splitText(text, separator);
    const place = Number(index);
    return parts.at(place > 0 ? place - 1 : place === 0 ? 0 : place) ?? '';
  }),
  define('sf_strtok', ['text', 'text'], 'texts', tokens),
  define('sf_strtok_part', ['text', 'text', 'bigint'], 'text', (text, delimiters, index) =>
    index < 1n ? null : (tokens(text, delimiters)[Number(index) - 1] ?? null),
  ),
  define(
    'sf_initcap',
    ['text', 'text'],
    'text',
    (text, delimiters) => (text === null ? null : initcap(text, delimiters)),
    {
      takesNull: true,
    },
  ),
  // Asked before DuckDB makes long texts: it cannot be stopped within a vector.
  define('sf_room', ['bigint'], 'bigint', (bytes) => bytes, { isVolatile: true, weigh: Number }),
  // The same of columns: not volatile, so that it stands in the way of no optimization.
  define('sf_room_of', ['bigint'], 'bigint', (bytes) => bytes, { weigh: Number }),
  define('sf_lpad', ['text', 'integer', 'text'], 'text', (text, length, filler) => pad(text, length, filler, true)),
  define('sf_rpad', ['text', 'integer', 'text'], 'text', (text, length, filler) => pad(text, length, filler, false)),
  define('sf_insert', ['text', 'bigint', 'bigint', 'text'], 'text', (text, start, count, added) => {
    const all = characters(text);
    const from = Number(start) - 1;
    if (from < 0 || from > all.length || count < 0n || from + Number(count) > all.length) {
      throw refusal(`INSERT of ${count} characters at ${start} of a text of ${all.length}`);
    }
    return all.slice(0, from).join('') + added + all.slice(from + Number(count)).join('');
  }),
  define('sf_translate', ['text', 'text', 'text'], 'text', (text, from, to) => {
    const target = characters(to);
    const places = new Map(
      characters(from)
        .map((char, place) => [char, target[place] ?? ''] as const)
        .reverse(),
    );
    return characters(text)
      .map((char) => places.get(char) ?? char)
      .join('');
  }),
  define('sf_position', ['text', 'text', 'bigint'], 'bigint', (text, part, start) => {
    const all = characters(text);
    if (part === '' && start > 1n && start > all.length) throw refusal("POSITION of '' behind the text's end");
    if (part === '') return 1n;
    const from = Math.max(Number(start) - 1, 0);
    const found = all.slice(from).join('').indexOf(part);
    if (found < 0) return 0n;
    const before = all.slice(from).join('').slice(0, found);
    return BigInt(from + characters(before).length + 1);
  }),
  define('sf_chr', ['bigint'], 'text', (code) => {
    if (code >= 0n && code <= 0x10ffffn && (code < 0xd800n || code > 0xdfffn))
      return String.fromCodePoint(Number(code));
    throw raised('100056', '22023', `Invalid character code ${code} in the CHR input`);
  }),
  define('sf_ascii', ['text'], 'bigint', (text) => BigInt(Buffer.from(text, 'utf8')[0] ?? 0)),
  define('sf_jaro_winkler', ['text', 'text'], 'bigint', (first, second) => BigInt(jaroWinkler(first, second))),
  define('sf_soundex', ['text'], 'text', (text) => soundex(text)),
  define('sf_soundex_p123', ['text'], 'text', (text) => soundex(text, true)),
  define('sf_base64', ['blob', 'bigint', 'text'], 'text', (bytes, width, given) =>
    toBase64(bytes, Number(width), given),
  ),
  define('sf_unbase64', ['text', 'text', 'boolean'], 'blob', fromBase64),
  define('sf_binary', ['text', 'text'], 'blob', (text, format) => toBinary(text, format.toUpperCase(), false)),
  define('sf_try_binary', ['text', 'text'], 'blob', (text, format) => toBinary(text, format.toUpperCase(), true)),
  define('sf_utf8', ['blob'], 'text', (bytes) => {
    if (!isUtf8(bytes)) throw refusal('the text of a binary that is not UTF-8');
    return Buffer.from(bytes).toString('utf8');
  }),
  define('sf_digest', ['blob', 'text'], 'text', (bytes, algorithm) =>
    createHash(algorithm).update(bytes).digest('hex'),
  ),
];
