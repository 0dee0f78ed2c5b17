import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { actingNodes, readNodes } from '../../../daemon/query/guard/nodes.ts';
import { readOnly, readWrite } from './policies.ts';

const guard = await createGuard();
const fill = (unit: string, chars = 1_000_000): string => unit.repeat(Math.floor(chars / unit.length));

describe('long texts', () => {
  it('above 1 MB are refused in every mode, counted in bytes', () => {
    for (const text of [`SELECT '${fill('x', 5_000_000)}'`, `SELECT '${fill('ü', 600_000)}'`]) {
      expect(guard.judge(text, readOnly).refusal?.reason).toContain('longer than 1 MB, the most that snowpool takes');
      expect(guard.judge(text, readWrite).verdict).toBe('refused');
    }
  });

  it.each([
    ['a list of numbers', `SELECT * FROM t WHERE a IN (${fill('12345678, ')}1)`],
    ['a list of strings', `SELECT * FROM t WHERE a IN (${fill("'O''Brien', ")}'x')`],
    ['rows of values', `SELECT * FROM VALUES ${fill("(1, 'a', NULL), ")}(1, 'b', NULL)`],
    ['a literal', `SELECT '${fill('x')}'`],
    ['comments', `${fill('/* x */ -- y\n')} SELECT 1`],
  ])('with %s of one megabyte pass', (_, text) => {
    expect(guard.judge(text, readOnly).refusal?.reason).toBeUndefined();
  });

  it.each([
    ['parentheses', `SELECT ${fill('(')}`],
    ['closed parentheses', `SELECT ${fill('(', 400_000)}1${fill(')', 400_000)}`],
    ['nested calls', `SELECT ${fill('f(', 600_000)}1${fill(')', 300_000)}`],
    ['names through IDENTIFIER', `SELECT ${fill("IDENTIFIER('a').")}`],
    ['a sum', `SELECT ${fill('1+')}1`],
    ['negations', `SELECT ${fill('NOT ')}1`],
    ['unions', `SELECT 1${fill(' UNION SELECT 1')}`],
    ['links of a chain', `SELECT 1${fill(' ->> SELECT 1')}`],
    ['statements', fill('SELECT 1;')],
    ['comments that open', fill('/*')],
    ['typed lambdas', `SELECT ${fill('((a) -> ')}`],
    ['types', `SELECT a${fill('::x(', 600_000)}1${fill(')', 150_000)}`],
    ['reserved words in SHOW', `SHOW ${fill('SET ')}`],
    ['IDENTIFIER in SHOW', `SHOW ${fill('IDENTIFIER(')}`],
    ['sequences', `SELECT ${fill('q.NEXTVAL,')}1`],
  ])('with %s without end are refused, in bounded time', (_, text) => {
    expect(guard.judge(text, readOnly).verdict).toBe('refused');
    // Whatever the text has done to the parser, the next one is judged as ever.
    expect(guard.judge('SELECT COUNT(*) FROM t', readOnly).verdict).toBe('allowed');
  });

  it.each([
    ['a name', `SELECT a${fill('\u0300\u0327', 250_000)}`],
    ['a quoted name', `SELECT "${fill('\u0300\u0327', 250_000)}"`],
    ['a name in a literal', `SELECT * FROM IDENTIFIER('a${fill('\u0300\u0327', 250_000)}')`],
  ])('with marks without end over %s are judged in bounded time', (_, text) => {
    expect(guard.judge(text, readOnly).kind).toBe('SELECT');
    expect(guard.judge(text, { ...readWrite, deny: ['database:SECRET'] }, 'OTHER').kind).toBe('SELECT');
  });

  it('hide no look-alike letters of a name in their length', () => {
    const text = `SELECT "${'\u0300'.repeat(300)}\u017fYSTEM$ABORT_SESSION"(1)`;
    expect(guard.judge(text, readOnly).verdict).toBe('refused');
  });

  it('hide nothing behind a great number of findings', () => {
    const text = `SELECT ${fill('q.NEXTVAL,', 300_000)} SYSTEM$ABORT_SESSION(1)`;
    expect(guard.judge(text, { ...readOnly, allow: ['NEXTVAL'] }).verdict).toBe('refused');
  });
});

describe('chains of operators', () => {
  const units = ['a + ', "a || 'x' || ", 'a = ', 'a BETWEEN 1 AND b + ', "a LIKE 'x' || "];

  it.each(units)('of %j as long as they like leave no memory behind in the parser', (unit) => {
    const judge = (count: number): void => {
      for (let round = 0; round < count; round += 1) {
        expect(guard.judge(`SELECT ${fill(unit, 40_000)} 1`, readOnly).verdict).toBe('refused');
        expect(guard.judge(`SELECT ${fill(unit, 12_000)} 1`, readOnly).verdict).toBe('refused');
      }
    };
    judge(2);
    const before = process.memoryUsage().external;
    judge(6);
    // A stack overflow inside the parser would leave some 7 MB behind each time.
    expect(process.memoryUsage().external - before).toBeLessThan(20_000_000);
  });
});

describe('deep queries', () => {
  const nested = (inside: string, levels = 300): string =>
    `${'SELECT * FROM ('.repeat(levels)}${inside}${') t'.repeat(levels)}`;

  it.each([
    ['subqueries', nested('SELECT 1 AS a UNION SELECT 2')],
    ['conditions', `SELECT 1 FROM t WHERE ${'EXISTS (SELECT 1 FROM t WHERE '.repeat(100)}a = 1${')'.repeat(100)}`],
    ['common table expressions', `${'WITH a AS ('.repeat(100)}SELECT 1${') SELECT * FROM a'.repeat(100)}`],
    [
      'set operators',
      `WITH a AS (SELECT 1) SELECT 1${' UNION ALL (SELECT 2) EXCEPT SELECT 3'.repeat(1000)} ORDER BY 1`,
    ],
    ['parentheses, as far as expressions go', `SELECT ${'('.repeat(28)}1${')'.repeat(28)}`],
  ])('with many %s pass', (_, text) => {
    expect(guard.judge(text, readOnly).refusal?.reason).toBeUndefined();
  });

  it.each([
    nested('DELETE FROM t'),
    nested('CALL p()'),
    nested('SELECT 1 UNION CALL p()'),
    nested('SELECT 1 UNION'),
    nested('SELECT SYSTEM$ABORT_SESSION(1)'),
    nested('SELECT q.NEXTVAL'),
    nested('SELECT 1 x y z'),
    nested('SELECT 1 ->> SELECT 2'),
    nested('SELECT 1; DROP TABLE t'),
    `${nested('SELECT 1')} CALL p()`,
    `${nested('SELECT 1')} UNION ALL`,
    `SELECT 1${' UNION ALL SELECT 2'.repeat(1000)} UNION ALL EXECUTE IMMEDIATE 'x'`,
  ])('hide nothing: %#', (text) => {
    expect(guard.judge(text, readOnly).verdict).toBe('refused');
  });
});

describe("the parser's nodes", () => {
  it('are all known to the guard, as those of a read or those of something else', () => {
    const source = readFileSync(fileURLToPath(import.meta.resolve('@polyglot-sql/sdk')), 'utf8');
    const list = /EXPRESSION_VARIANT_NAMES = \[([^\]]*)\]/.exec(source)?.[1] ?? '';
    const names = [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(800);
    expect(names.filter((name) => name !== undefined && !readNodes.has(name) && !actingNodes.has(name))).toEqual([]);
    expect([...readNodes].filter((name) => actingNodes.has(name))).toEqual([]);
  });
});
