import type { SnowflakeType } from '../contract.ts';
import { characterCount } from '../types/character-count.ts';
import { decimalLiteral, quoteText } from '../types/literal.ts';
import { BOOLEAN, duckType, fixed, REAL, text } from '../types/type.ts';

/** What a constant expression is, where that is known while translating. */
export type Constant =
  | { readonly kind: 'null' }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean };

/** The table column that an expression plainly is. */
export interface Origin {
  readonly database: string;
  readonly schema: string;
  readonly table: string;
}

/** A translated expression: DuckDB text of `duckType(type)`, and what Snowflake says of it. */
export interface Typed {
  readonly sql: string;
  readonly type: SnowflakeType;
  readonly nullable: boolean;
  readonly constant?: Constant;
  readonly origin?: Origin;
  /** Differs at every use (RANDOM, UUID_STRING): must not be written twice. */
  readonly isVolatile?: boolean;
  /** Bound JSON without a schema: takes the structured type of the column that it goes to. */
  readonly isBound?: boolean;
}

export function typed(sql: string, type: SnowflakeType, nullable: boolean): Typed {
  return { sql, type, nullable };
}

/** NULL, which takes any type; alone it is a text. */
export const NULL: Typed = { sql: 'CAST(NULL AS VARCHAR)', type: text(), nullable: true, constant: { kind: 'null' } };

export function isNull(value: Typed): boolean {
  return value.constant?.kind === 'null';
}

/** Whether a value made of both may be NULL. */
export const either = (a: Typed, b: Typed): boolean => a.nullable || b.nullable;

/** NULL of a type, so that DuckDB knows it, too. */
export function nullOf(type: SnowflakeType): Typed {
  return { sql: `CAST(NULL AS ${duckType(type)})`, type, nullable: true, constant: { kind: 'null' } };
}

export function stringConstant(value: string): Typed {
  return {
    sql: quoteText(value),
    type: text(Math.max(characterCount(value), 1)),
    nullable: false,
    constant: { kind: 'string', value },
  };
}

export function booleanConstant(value: boolean): Typed {
  return { sql: value ? 'true' : 'false', type: BOOLEAN, nullable: false, constant: { kind: 'boolean', value } };
}

/**
 * A number as written. Plain digits are NUMBER with just the precision and scale that they show; an exponent makes a
 * FLOAT unless the value fits NUMBER. Source: docs, "Numeric data types", constants.
 */
export function numberConstant(source: string): Typed {
  const [, whole = '', part = '', exponent] = /^(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const shift = Number(exponent ?? 0);
  const digits = exponent === undefined ? { whole, part } : shifted(whole, part, shift);
  const lead = digits.whole.replace(/^0+/, '');
  const scale = digits.part.length;
  const precision = Math.max(lead.length + scale, 1);
  if (precision > 38 || scale > 37) {
    return {
      sql: `CAST('${source}' AS DOUBLE)`,
      type: REAL,
      nullable: false,
      constant: { kind: 'number', text: source },
    };
  }
  const shown = `${lead === '' ? '0' : lead}${scale === 0 ? '' : `.${digits.part}`}`;
  return {
    sql: decimalLiteral(shown, precision, scale),
    type: fixed(precision, scale),
    nullable: false,
    constant: { kind: 'number', text: shown },
  };
}

/** Moves the point of a number by its exponent. */
function shifted(whole: string, part: string, exponent: number): { whole: string; part: string } {
  if (Math.abs(exponent) > 400) return { whole: '9'.repeat(99), part: '' };
  if (exponent >= 0) {
    const padded = part.padEnd(exponent, '0');
    return { whole: whole + padded.slice(0, exponent), part: padded.slice(exponent).replace(/0+$/, '') };
  }
  const padded = whole.padStart(-exponent, '0');
  return { whole: padded.slice(0, exponent), part: (padded.slice(exponent) + part).replace(/0+$/, '') };
}

/** The whole number that a constant is, or undefined. */
export function integerOf(value: Typed): number | undefined {
  if (value.constant?.kind !== 'number') return undefined;
  const number = Number(value.constant.text);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function stringOf(value: Typed): string | undefined {
  return value.constant?.kind === 'string' ? value.constant.value : undefined;
}
