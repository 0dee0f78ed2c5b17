import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  likePatternFor,
  qualified,
  quoteIdentifier,
  readableName,
  storedName,
  stringLiteral,
} from '../../../daemon/tools/identifiers.ts';

describe('a name from outside', () => {
  it('folds to upper case only where it is plain', () => {
    expect(storedName('orders', 'table_name')).toBe('ORDERS');
    expect(storedName('Order Items', 'table_name')).toBe('Order Items');
    expect(storedName('a.b', 'table_name')).toBe('a.b');
    expect(storedName('ölpreis', 'table_name')).toBe('ölpreis');
  });

  it('stands for exactly what is between double quotes', () => {
    expect(storedName('"lower"', 'table_name')).toBe('lower');
    expect(storedName('"a""b"', 'table_name')).toBe('a"b');
  });

  it('can never leave its quotes', () => {
    expect(quoteIdentifier(storedName('"a""; DROP TABLE x; --', 'table_name'))).toBe('"""a""""; DROP TABLE x; --"');
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 200 }), (text) => {
        let stored: string;
        try {
          stored = storedName(text, 'name');
        } catch {
          return;
        }
        const quoted = quoteIdentifier(stored);
        expect(quoted).toMatch(/^"(?:[^"]|"")*"$/s);
        expect(quoted.slice(1, -1).replaceAll('""', '"')).toBe(stored);
        expect(storedName(quoted, 'name')).toBe(stored);
      }),
    );
  });

  it('has at most 255 characters, of which each may take several bytes', () => {
    expect(storedName(`"${'ü'.repeat(255)}"`, 'database')).toHaveLength(255);
    expect(() => storedName('x'.repeat(256), 'database')).toThrow('database has 256 characters: Snowflake allows 255.');
  });

  it('is refused where it is empty or holds a NUL', () => {
    expect(() => storedName('""', 'schema')).toThrow('schema is empty');
    expect(() => storedName('a\0b', 'schema')).toThrow('NUL');
  });

  it('reads as one would type it', () => {
    expect(readableName('DB', 'my schema', 'T$1')).toBe('DB."my schema".T$1');
    expect(qualified('DB', 'a"b')).toBe('"DB"."a""b"');
  });
});

describe('text as a string literal', () => {
  it('can never leave its quotes', () => {
    expect(stringLiteral("x' OR '1'='1")).toBe("'x'' OR ''1''=''1'");
    expect(stringLiteral("x\\' OR 1=1 --")).toBe("'x\\\\'' OR 1=1 --'");
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(stringLiteral(text)).toMatch(/^'(?:[^'\\]|''|\\\\)*'$/s);
      }),
    );
  });

  it('matches at least the name that a pattern was made for', () => {
    expect(likePatternFor('100%_\\x')).toBe('100___x');
  });
});
