import { MAX_TEXT } from '../types/type.ts';
import { type Definition, define, raised, tooLong } from './define.ts';
import { createWatchdog } from './watchdog.ts';

/** Compiled expressions, the most recent ones: a pattern is mostly the same for all rows. */
class RegexCache {
  private readonly known = new Map<string, RegExp>();

  /** `isWhole`: the expression must match the whole text. */
  get(pattern: string, flags: string, isWhole = false): RegExp {
    const key = `${flags}${isWhole ? '^' : ''}/${pattern}`;
    let found = this.known.get(key);
    if (!found) {
      if (this.known.size > 200) this.known.clear();
      found = compile(pattern, flags, isWhole);
      this.known.set(key, found);
    }
    return found;
  }
}

/**
 * The expression as JavaScript's with the same meaning. Snowflake reads extended POSIX expressions with Perl's classes:
 * groups with a question mark, look-arounds and back references are errors, and a question mark behind a quantifier makes
 * what it repeats optional instead of the quantifier lazy. Source: docs, "String functions (regular expressions)".
 */
function portable(pattern: string): string {
  let out = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at] ?? '';
    const following = pattern[at + 1] ?? '';
    if (char === '\\') {
      if (!inClass && /[1-9]/.test(following)) throw invalid(pattern, `invalid escape sequence: \\${following}`);
      out += escaped(following, inClass);
      at += 1;
    } else if (inClass) {
      const isNamed = char === '[' && following === ':' && pattern.indexOf(':]', at) > 0;
      const end = isNamed ? pattern.indexOf(':]', at) + 2 : at + 1;
      out += pattern.slice(at, end);
      if (!isNamed && char === ']') inClass = false;
      at = end - 1;
    } else if (char === '(' && following === '?') {
      throw invalid(pattern, 'no argument for repetition operator: ?');
    } else if (char === '?' && /[*+?}]/.test(pattern[at - 1] ?? '') && pattern[at - 2] !== '\\') {
      out = optional(out);
    } else if (char === ']' || char === '}' || (char === '{' && !/^\{\d*,?\d*\}/.test(pattern.slice(at)))) {
      out += `\\${char}`;
    } else if (char === '{') {
      const end = pattern.indexOf('}', at) + 1;
      out += pattern.slice(at, end);
      at = end - 1;
    } else {
      out += char;
      if (char === '[') {
        inClass = true;
        // A bracket right behind the opening one, or its negation, is one of the class.
        const lead = /^\^?\]?/.exec(pattern.slice(at + 1))?.[0] ?? '';
        out += lead.replace(']', '\\]');
        at += lead.length;
      }
    }
  }
  return out;
}

/** A character behind a backslash: JavaScript takes one only before letters, digits and what has a meaning there. */
function escaped(char: string, inClass: boolean): string {
  return /[\w^$\\.*+?()[\]{}|/]/.test(char) && char !== '_' ? `\\${char}` : char === '-' && inClass ? '\\-' : char;
}

/** An expression whose last quantifier allows for nothing at all, too. */
function optional(source: string): string {
  if (/[*?]$/.test(source)) return source;
  if (source.endsWith('+')) return `${source.slice(0, -1)}*`;
  return source.replace(/\{(\d*)(,?\d*)\}$/, (whole, least: string, most: string) =>
    Number(least) <= 1 ? `{0${most === '' ? `,${least}` : most}}` : whole,
  );
}

function invalid(pattern: string, why: string): Error {
  return raised('100048', '2201B', `Invalid regular expression: '${pattern}', ${why}`);
}

/** POSIX classes and other spellings that JavaScript lacks. */
function compile(pattern: string, flags: string, isWhole: boolean): RegExp {
  const classes: Readonly<Record<string, string>> = {
    alpha: 'a-zA-Z',
    digit: '0-9',
    alnum: 'a-zA-Z0-9',
    upper: 'A-Z',
    lower: 'a-z',
    space: '\\s',
    punct: '!-\\/:-@\\[-`{-~',
    word: '\\w',
    xdigit: '0-9a-fA-F',
    blank: ' \\t',
    cntrl: '\\x00-\\x1f\\x7f',
    print: '\\x20-\\x7e',
    graph: '\\x21-\\x7e',
  };
  const plain = portable(pattern)
    .replace(/\[:(\w+):\]/g, (whole, name: string) => classes[name] ?? whole)
    .replace(/\\z/gi, '$');
  try {
    return new RegExp(isWhole ? `^(?:${plain})$` : plain, flags);
  } catch (error) {
    throw invalid(pattern, error instanceof Error ? error.message : '');
  }
}

/** Flags of JavaScript for Snowflake's parameters: `i` and `c` (the last one counts), `m`, `s`. */
function flagsOf(parameters: string): string {
  const isInsensitive = parameters.lastIndexOf('i') > parameters.lastIndexOf('c');
  return `u${isInsensitive ? 'i' : ''}${parameters.includes('m') ? 'm' : ''}${parameters.includes('s') ? 's' : ''}`;
}

/** The offset in UTF-16 of a 1-based character position. */
function offsetOf(text: string, position: bigint): number {
  if (position < 1n) throw raised('100046', '22003', `Position must be positive: ${position}`);
  if (!/[\ud800-\udfff]/.test(text)) return Number(position) - 1;
  return [...text].slice(0, Number(position) - 1).join('').length;
}

const charactersBefore = (text: string, offset: number): number => [...text.slice(0, offset)].length;

/** Which part of a match is meant: a group, the first one where `e` is given and there is one, else all. */
function groupOf(parameters: string, group: bigint, match: RegExpExecArray): number {
  if (group >= 0n) return Number(group);
  return parameters.includes('e') && match.length > 1 ? 1 : 0;
}

function matches(
  cache: RegexCache,
  text: string,
  pattern: string,
  position: bigint,
  parameters: string,
): RegExpExecArray[] {
  // An empty expression matches nothing here, not even an empty text.
  if (pattern === '') return [];
  const regex = cache.get(pattern, `${flagsOf(parameters)}gd`);
  const from = offsetOf(text, position);
  if (from > text.length) return [];
  const found: RegExpExecArray[] = [];
  regex.lastIndex = from;
  for (let match = regex.exec(text); match; match = regex.exec(text)) {
    found.push(match);
    if (match[0] === '') regex.lastIndex += 1;
  }
  return found;
}

/** Replaces back references `\1` (and `\\1`) in a replacement. */
function expand(replacement: string, match: RegExpExecArray): string {
  return replacement.replace(/\\(\\|\d)/g, (_whole, what: string) =>
    what === '\\' ? '\\' : (match[Number(what)] ?? ''),
  );
}

/** Regular expressions with Snowflake's positions, occurrences, parameters and groups. */
export function regexFunctions(): readonly Definition[] {
  const cache = new RegexCache();
  const traits = { watchdog: createWatchdog() };
  return [
    define(
      'sf_regex_match',
      ['text', 'text', 'text'],
      'boolean',
      (text, pattern, parameters) => cache.get(pattern, flagsOf(parameters), true).test(text),
      traits,
    ),
    define(
      'sf_regex_substr',
      ['text', 'text', 'bigint', 'bigint', 'text', 'bigint'],
      'text',
      (text, pattern, position, occurrence, parameters, group) => {
        const match = matches(cache, text, pattern, position, parameters)[Number(occurrence) - 1];
        return match?.[groupOf(parameters, group, match)] ?? null;
      },
      traits,
    ),
    define(
      'sf_regex_substr_all',
      ['text', 'text', 'bigint', 'bigint', 'text', 'bigint'],
      'text',
      (text, pattern, position, occurrence, parameters, group) => {
        const found = matches(cache, text, pattern, position, parameters).slice(Number(occurrence) - 1);
        // A group that the expression does not have.
        if (found.some((match) => groupOf(parameters, group, match) >= match.length)) return null;
        return JSON.stringify(found.map((match) => match[groupOf(parameters, group, match)] ?? null));
      },
      traits,
    ),
    define(
      'sf_regex_count',
      ['text', 'text', 'bigint', 'text'],
      'bigint',
      (text, pattern, position, parameters) => BigInt(matches(cache, text, pattern, position, parameters).length),
      traits,
    ),
    define(
      'sf_regex_instr',
      ['text', 'text', 'bigint', 'bigint', 'bigint', 'text', 'bigint'],
      'bigint',
      (text, pattern, position, occurrence, option, parameters, group) => {
        const match = matches(cache, text, pattern, position, parameters)[Number(occurrence) - 1];
        const span = match?.indices?.[groupOf(parameters, group, match)];
        if (!span) return 0n;
        return BigInt(charactersBefore(text, option === 1n ? span[1] : span[0]) + 1);
      },
      traits,
    ),
    define(
      'sf_regex_replace',
      ['text', 'text', 'text', 'bigint', 'bigint', 'text'],
      'text',
      (text, pattern, replacement, position, occurrence, parameters) => {
        let shown = '';
        let last = 0;
        matches(cache, text, pattern, position, parameters).forEach((match, index) => {
          if (occurrence > 0n && Number(occurrence) !== index + 1) return;
          shown += text.slice(last, match.index) + expand(replacement, match);
          if (shown.length > MAX_TEXT) throw tooLong(shown);
          last = match.index + match[0].length;
        });
        return shown + text.slice(last);
      },
      traits,
    ),
  ];
}
