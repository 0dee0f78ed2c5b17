import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closestNames, editDistance } from '../../../daemon/tools/closest-names.ts';

describe('closest names', () => {
  it('finds what was mistyped, nearest first', () => {
    expect(closestNames('CARIER', ['CARRIER', 'CARGO', 'AIRPORT'])).toEqual(['CARRIER']);
    expect(closestNames('ordres', ['ORDERS', 'LINEITEM'])).toEqual(['ORDERS']);
    expect(closestNames('CUSTOMERS', ['CUSTOMER', 'CUST', 'ORDERS'])).toEqual(['CUST', 'CUSTOMER']);
  });

  it('offers nothing where nothing is close', () => {
    expect(closestNames('X', ['LINEITEM', 'ORDERS'])).toEqual([]);
  });

  it('counts edits alike in both directions, a swap once', () => {
    expect(editDistance('ABCD', 'ABDC')).toBe(1);
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, a)).toBe(0);
      }),
    );
  });
});
