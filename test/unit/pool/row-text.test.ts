import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowReader, readRows } from '../../../daemon/pool/snowflake/row-text.ts';

/** Reads a text that arrives in pieces of the given lengths, the last one as long as is left. */
function read(text: string, lengths: readonly number[] = []): unknown[][] {
  const reader = new RowReader();
  const rows: unknown[][] = [];
  let at = 0;
  for (const length of [...lengths, text.length]) {
    rows.push(...reader.push(text.slice(at, at + length)).map((row) => [...row]));
    at += length;
  }
  reader.end();
  return rows;
}

const cell = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('],["', '\\', '\\"', '"', '[[', '\u2028', '\\\\"]'),
);
const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 30 });
const join = (value: readonly unknown[][], separator: string) =>
  value.map((row) => JSON.stringify(row)).join(separator);

test('rows come back as they were, however the text is cut into pieces, with or without outer brackets, whatever their cells hold', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
  fc.assert(
    fc.property(
      rows,
      lengths,
      fc.constantFrom(',', ',\n', ' , '),
      fc.boolean(),
      (value, cuts, separator, isWrapped) => {
        const text = join(value, separator);
        expect(read(isWrapped ? ` [${text}\n]` : text, cuts)).toEqual(value);
      },
    ),
  );
});

test('a row comes as soon as it is whole', () => {
  const reader = new RowReader();
  expect(reader.push('["a"],["b')).toEqual([['a']]);
  expect(reader.push('"')).toEqual([]);
  expect(reader.push('],["c"]')).toEqual([['b'], ['c']]);
});

test('nothing is no rows', () => {
  expect(read('')).toEqual([]);
  expect(read(' [ ]')).toEqual([]);
  expect(read('  \n')).toEqual([]);
});

test.each(['["a', '["a"],["b"', '<xml/>', '[["a"]'])('%s is no whole chunk', (text) => {
  expect(() => read(text)).toThrow(SyntaxError);
});

test('a long row costs time in proportion to its length', () => {
  const value = [['x'.repeat(4_000_000)]];
  expect(
    read(
      JSON.stringify(value[0]),
      Array.from({ length: 60 }, () => 65_536),
    ),
  ).toEqual(value);
});

test('cells that are not text become text', () => {
  expect(readRows([[1, true, null, { a: 1 }, 'x']])).toEqual([['1', 'true', null, '{"a":1}', 'x']]);
});
