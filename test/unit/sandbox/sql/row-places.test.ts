import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowPlaces } from '../../../../sandbox/sql/stages/row-places.ts';

test('each row of a file is found again at the number and line at which it was read', () => {
  const step = fc.record({ rows: fc.integer({ min: 1, max: 3 }), lines: fc.integer({ min: 1, max: 4 }) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const places = new RowPlaces();
      const expected: { row: number; line: number }[] = [];
      let [row, line] = [0, 1];
      for (const { rows, lines } of steps) {
        row += rows;
        line += lines;
        places.add(row, line);
        expected.push({ row, line });
      }
      expect(places.count).toBe(expected.length);
      expect(expected.map((_, position) => places.of(position))).toEqual(expected);
      expect(() => places.of(expected.length)).toThrow(RangeError);
    }),
  );
});
