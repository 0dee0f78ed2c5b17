import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DriverError } from '../../../daemon/pool/driver.ts';
import { pointInto, statementError } from '../../../daemon/query/statement-error.ts';

describe('the error of a statement', () => {
  it("carries Snowflake's code, SQLSTATE, place and query id, and points into the text", () => {
    const cause = new DriverError('statement', "SQL compilation error: invalid identifier 'B'", {
      code: '000904',
      sqlState: '42000',
      queryId: 'q',
      line: 2,
      column: 8,
    });
    const error = statementError(cause, 'SELECT a,\n       b\nFROM t');
    expect(error.code).toBe('statement_failed');
    expect(error.message).toContain("invalid identifier 'B'");
    expect(error.details).toEqual({
      snowflakeCode: '000904',
      sqlState: '42000',
      queryId: 'q',
      line: 2,
      column: 8,
      pointer: '       b\n       ^',
    });
    expect(error.cause).toBe(cause);
  });

  it('tells a cancelled statement from one that ran into its time limit', () => {
    expect(statementError(new DriverError('aborted', 'SQL execution canceled', { code: '000604' }), '').code).toBe(
      'cancelled',
    );
    expect(
      statementError(new DriverError('aborted', 'Statement reached its timeout', { code: '000630' }), '').code,
    ).toBe('deadline_exceeded');
  });

  it('has no place where the account gave none', () => {
    expect(statementError(new DriverError('statement', 'Division by zero'), 'SELECT 1/0').details).toEqual({});
  });
});

describe('a pointer into a text', () => {
  it('stands under the column', () => {
    expect(pointInto('SELECT 1', 1, 8)).toBe('SELECT 1\n       ^');
    expect(pointInto('a\r\nbc', 2, 2)).toBe('bc\n ^');
  });

  it('keeps tabs, so that it stands right however wide they are shown', () => {
    expect(pointInto('\tSELECT x', 1, 9)).toBe('\tSELECT x\n\t       ^');
  });

  it('takes as much room before the caret as wide and narrow characters do', () => {
    expect(pointInto("SELECT '漢e\u0301', x", 1, 15)).toBe("SELECT '漢e\u0301', x\n        \u3000    ^");
  });

  it('has a stand-in for what would steer the terminal or hide in the text', () => {
    expect(pointInto('a\u001b[31m\u202e\0b', 1, 8)).toBe('a\ufffd[31m\ufffd\ufffdb\n       ^');
  });

  it('cuts a long line around the column', () => {
    const line = 'x'.repeat(500);
    expect(pointInto(line, 1, 250)).toBe(`…${'x'.repeat(100)}…\n ${' '.repeat(60)}^`);
  });

  it('points behind the end where the text ends too early', () => {
    expect(pointInto('SELECT', 1, 99)).toBe('SELECT\n      ^');
    expect(pointInto('SELECT', 2, 1)).toBeUndefined();
  });

  it('is always under the character of that column', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300 }).filter((text) => !/[\r\n]/.test(text)),
        fc.nat(299),
        (text, at) => {
          const characters = [...text];
          const column = Math.min(at, characters.length - 1);
          const [shown = '', caret = ''] = (pointInto(text, 1, column + 1) ?? '').split('\n');
          expect([...shown][caret.length - 1]).toBe(characters[column]);
        },
      ),
    );
  });
});
