import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textNumber } from '../../../../sandbox/sql/types/text-number.ts';
import { fixed } from '../../../../sandbox/sql/types/type.ts';

const digits = (most: number) => fc.stringMatching(new RegExp(`^[0-9]{0,${most}}$`));
const text = fc
  .tuple(
    fc.constantFrom('', ' ', '-', '+'),
    digits(40),
    fc.constantFrom('', '.'),
    digits(40),
    fc.constantFrom('', '', 'e3', 'E+12', 'e-9', 'x', ' '),
  )
  .map((parts) => parts.join(''));

test('a text becomes the very number that the wide decimal type reads', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run('CREATE TABLE texts (t VARCHAR)');
    const appender = await connection.createAppender('texts');
    for (const one of fc.sample(text, { numRuns: 20_000, seed: 11 })) {
      appender.appendVarchar(one);
      appender.endRow();
    }
    appender.closeSync();
    for (const [precision, scale] of [
      [38, 0],
      [38, 9],
      [20, 2],
      [19, 17],
      [38, 30],
      [12, 3],
    ] as const) {
      const differing = await connection.runAndReadAll(
        `SELECT t FROM texts WHERE ${textNumber('t', fixed(precision, scale))} IS DISTINCT FROM TRY_CAST(t AS DECIMAL(${precision},${scale}))`,
      );
      expect(differing.getRows()).toEqual([]);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});
