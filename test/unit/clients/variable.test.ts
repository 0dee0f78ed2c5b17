import { describe, expect, it } from 'vitest';
import { literalOf, type Variable, variableOf } from '../../../daemon/clients/variable.ts';
import type { DriverColumn } from '../../../daemon/pool/driver.ts';

const column = (changes: Partial<DriverColumn>): DriverColumn => ({
  name: 'V',
  type: 'text',
  precision: undefined,
  scale: undefined,
  length: undefined,
  nullable: true,
  database: undefined,
  schema: undefined,
  table: undefined,
  ...changes,
});

describe('the constant that sets a variable again', () => {
  it.each<[string, Variable, string]>([
    ['a whole number', { type: 'fixed', precision: 2, scale: 0, value: '10' }, '10'],
    [
      'a number with more digits than it shows',
      { type: 'fixed', precision: 38, scale: 0, value: '10' },
      'CAST(10 AS NUMBER(38, 0))',
    ],
    ['a negative decimal', { type: 'fixed', precision: 4, scale: 2, value: '-12.50' }, '-12.50'],
    ['38 digits', { type: 'fixed', precision: 38, scale: 0, value: '9'.repeat(38) }, '9'.repeat(38)],
    ['a float', { type: 'real', value: '1e-7' }, "CAST('1e-7' AS FLOAT)"],
    ['text of its own length', { type: 'text', length: 2, value: 'hi' }, "'hi'"],
    ['text in a longer type', { type: 'text', length: 100, value: 'hi' }, "CAST('hi' AS VARCHAR(100))"],
    ['quotes and backslashes', { type: 'text', length: 6, value: "a'b\\c;" }, "'a''b\\\\c;'"],
    ['nothing', { type: 'fixed', precision: 10, scale: 2, value: null }, 'CAST(NULL AS NUMBER(10, 2))'],
    ['truth', { type: 'boolean', value: '1' }, 'TRUE'],
    ['untruth', { type: 'boolean', value: 'false' }, 'FALSE'],
    ['binary', { type: 'binary', value: 'DEADBEEF' }, "TO_BINARY('DEADBEEF', 'HEX')"],
    ['a day', { type: 'date', value: '19723' }, "TO_DATE('2024-01-01', 'YYYY-MM-DD')"],
    ['the first day', { type: 'date', value: '-719162' }, "TO_DATE('0001-01-01', 'YYYY-MM-DD')"],
    [
      'a time of day',
      { type: 'time', scale: 9, value: '45296.123456789' },
      "TO_TIME('12:34:56.123456789', 'HH24:MI:SS.FF9')",
    ],
    [
      'an instant before 1970',
      { type: 'timestamp_ntz', scale: 9, value: '-0.500000000' },
      'TO_TIMESTAMP_NTZ(-500000000, 9)',
    ],
    [
      'an instant to the millisecond',
      { type: 'timestamp_ltz', scale: 3, value: '1704164645.123' },
      'CAST(TO_TIMESTAMP_LTZ(1704164645123000000, 9) AS TIMESTAMP_LTZ(3))',
    ],
    [
      'an instant with its offset',
      { type: 'timestamp_tz', scale: 9, value: '1704164645.123456789 1020' },
      "TO_TIMESTAMP_TZ('2024-01-01 20:04:05.123456789 -07:00', 'YYYY-MM-DD HH24:MI:SS.FF9 TZH:TZM')",
    ],
    ['a variant', { type: 'variant', value: '{"a":"it\'s"}' }, `CAST(PARSE_JSON('{"a":"it''s"}') AS VARIANT)`],
  ])('keeps %s', (_, variable, literal) => {
    expect(literalOf(variable)).toBe(literal);
  });

  it('never lets a value that is none of its type into a statement', () => {
    expect(() => literalOf({ type: 'fixed', value: '1; DROP TABLE T' })).toThrow(RangeError);
    expect(() => literalOf({ type: 'timestamp_ntz', value: "0' --" })).toThrow(RangeError);
    expect(() => literalOf({ type: 'date', value: '1e9' })).toThrow(RangeError);
  });

  it('is not to be had for a type that no constant can be written for', () => {
    expect(variableOf(column({ type: 'vector' }), '[1]')).toBeUndefined();
    expect(variableOf(column({ type: 'fixed', precision: 3, scale: 1 }), '1.5')).toMatchObject({
      precision: 3,
      scale: 1,
      value: '1.5',
    });
  });
});
