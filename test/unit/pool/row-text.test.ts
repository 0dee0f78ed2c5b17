import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRows, rowBatches } from '../../../daemon/pool/snowflake/row-text.ts';

const all = (text: string) => [...rowBatches(text)].flat();
const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('],["', '\\', '\\"', '"', '[[', '\u2028'),
);
const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 30 });
const inner = (value: readonly unknown[][], separator: string) =>
  value.map((row) => JSON.stringify(row)).join(separator);

test('rows come back as they were, with or without outer brackets, whatever their cells hold', () => {
  fc.assert(
    fc.property(rows, fc.constantFrom(',', ',\n', ' , '), fc.boolean(), (value, separator, isWrapped) => {
      const text = inner(value, separator);
      expect(all(isWrapped ? ` [${text}\n]` : text)).toEqual(value);
    }),
  );
});

test('a large text is parsed in pieces, none much larger than a piece should be', () => {
  const value = Array.from({ length: 20_000 }, (_, row) => [String(row), 'x'.repeat(50)]);
  const batches = [...rowBatches(inner(value, ','))];
  expect(batches.length).toBeGreaterThan(5);
  expect(Math.max(...batches.map((batch) => JSON.stringify(batch).length))).toBeLessThan(200_000);
  expect(batches.flat()).toEqual(value);
});

test('nothing is no rows', () => {
  expect(all('')).toEqual([]);
  expect(all(' [ ]')).toEqual([]);
  expect(all('  \n')).toEqual([]);
});

test('cells that are not text become text', () => {
  expect(readRows([[1, true, null, { a: 1 }, 'x']])).toEqual([['1', 'true', null, '{"a":1}', 'x']]);
});
