import type { SnowflakeType } from '../contract.ts';
import { duckText } from '../quote.ts';
import { typeName, unsupported } from './type.ts';

const SPECIFIERS = ['cs', 'ci', 'as', 'ai', 'ps', 'fl', 'upper', 'lower', 'trim', 'ltrim', 'rtrim'];

interface Collation {
  readonly locale: string;
  readonly specifiers: readonly string[];
  /** By code points, where no language is named. */
  readonly isBinary: boolean;
}

function read(spec: string): Collation {
  const [locale = '', ...rest] = spec.toLowerCase().split('-');
  const isLocale = !SPECIFIERS.includes(locale);
  const isBinary = !isLocale || locale === '' || locale === 'utf8' || locale === 'bin';
  return { locale, specifiers: isLocale ? rest : [locale, ...rest], isBinary };
}

/**
 * Throws SqlError 000002 for collations that the sandbox cannot follow. Source: documentation page "Collation support".
 */
export function checkCollation(spec: string, place?: { readonly line: number; readonly pos: number }): void {
  const { locale, specifiers, isBinary } = read(spec);
  const isKnown = isBinary || (/^[a-z]{2,3}(_[a-z]{2,4})?$/.test(locale) && isSupported(locale));
  if (isKnown && specifiers.every((one) => SPECIFIERS.includes(one))) return;
  throw unsupported(`the collation '${spec}'`, place);
}

/** A column's type as DESCRIBE and GET_DDL write it. */
export function declaredType(type: SnowflakeType): string {
  return type.collation === undefined ? typeName(type) : `${typeName(type)} COLLATE '${type.collation}'`;
}

/** The text, in DuckDB's words, by which a text compares under a collation such as `en-ci`. */
export function collationKey(sql: string, spec: string): string {
  const { locale, specifiers, isBinary } = read(spec);
  let key = sql;
  for (const one of ['trim', 'ltrim', 'rtrim']) if (specifiers.includes(one)) key = `${one}(${key})`;
  if (specifiers.includes('upper')) key = `upper(${key})`;
  else if (specifiers.includes('lower') || specifiers.includes('ci')) key = `lower(${key})`;
  if (specifiers.includes('ai')) key = `strip_accents(${key})`;
  return isBinary ? key : `icu_sort_key(${key}, ${duckText(locale)})`;
}

function isSupported(locale: string): boolean {
  return Intl.Collator.supportedLocalesOf(locale.replace('_', '-')).length > 0;
}
