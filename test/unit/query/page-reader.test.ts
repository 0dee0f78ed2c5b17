import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DriverResult, RawRow } from '../../../daemon/pool/driver.ts';
import { readPage } from '../../../daemon/query/page-reader.ts';

/** A stored result that hands out its rows in batches of that size. */
function resultOf(all: readonly RawRow[], batch: number): DriverResult {
  return {
    queryId: 'q',
    statementTypeId: 4096,
    columns: [],
    totalRows: all.length,
    rowsAffected: undefined,
    current: { role: undefined, warehouse: undefined, database: undefined, schema: undefined },
    parameters: new Map([['TIMEZONE', 'UTC']]),
    async *rows({ start, end }) {
      for (let at = start; at < end; at += batch) yield all.slice(at, Math.min(end, at + batch));
    },
  };
}

const { signal } = new AbortController();

describe('a page', () => {
  it('and those after it join without a gap, whatever the bounds', async () => {
    const rows = fc.array(fc.array(fc.option(fc.string({ maxLength: 40 })), { minLength: 1, maxLength: 3 }), {
      maxLength: 60,
    });
    const sizes = fc.record({
      batch: fc.integer({ min: 1, max: 20 }),
      maxRows: fc.integer({ min: 1, max: 20 }),
      maxBytes: fc.integer({ min: 1, max: 200 }),
    });
    await fc.assert(
      fc.asyncProperty(rows, sizes, async (all, { batch, maxRows, maxBytes }) => {
        const result = resultOf(all, batch);
        const seen: RawRow[] = [];
        for (;;) {
          const page = await readPage(result, seen.length, { maxRows, maxBytes }, signal);
          expect(page.rows.length).toBeLessThanOrEqual(maxRows);
          expect(page).toMatchObject({ offset: seen.length, totalRows: all.length, timezone: 'UTC' });
          seen.push(...page.rows);
          expect(page.hasMore).toBe(seen.length < all.length);
          if (!page.hasMore) break;
          expect(page.rows.length).toBeGreaterThan(0);
        }
        expect(seen).toEqual(all);
      }),
    );
  });

  it('holds one row where one alone is over the bound', async () => {
    const page = await readPage(resultOf([['x'.repeat(1000)], ['y']], 10), 0, { maxRows: 10, maxBytes: 10 }, signal);
    expect(page.rows).toHaveLength(1);
    expect(page.hasMore).toBe(true);
  });
});
