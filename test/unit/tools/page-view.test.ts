import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { characterCount, cutText, textBudget, viewPage } from '../../../daemon/tools/render/page-view.ts';
import { renderRows } from '../../../daemon/tools/render/rows.ts';
import { textColumns } from '../../../daemon/tools/text-columns.ts';
import { formats } from '../../../daemon/tools/tool.ts';

const view = (names: readonly string[], rows: readonly (readonly (string | null)[])[], columnOffset = 0) =>
  viewPage({ columns: textColumns(names), rows, offset: 0, timezone: undefined }, { columnOffset });

describe('what is shown of a page', () => {
  it('is all of it where it fits', () => {
    const shown = view(
      ['A', 'B'],
      [
        ['1', null],
        ['2', 'x'],
      ],
    );
    expect(shown.rows).toEqual([
      ['1', null],
      ['2', 'x'],
    ]);
    expect(shown.shortened).toEqual([]);
  });

  it('stays under the cut of MCP clients in every format, and shows at least one row', () => {
    const sizes = fc.record({
      columns: fc.integer({ min: 1, max: 2000 }),
      rows: fc.integer({ min: 1, max: 60 }),
      width: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(sizes, ({ columns, rows, width }) => {
        const names = Array.from({ length: columns }, (_, at) => `COLUMN_${at}`);
        const row = names.map((_, at) => (at % 2 === 0 ? 'x|' : '"\n').repeat(width / 2));
        for (const format of formats) {
          const rowsOfPage = Array.from({ length: rows }, () => row);
          const source = { columns: textColumns(names), rows: rowsOfPage, offset: 0, timezone: undefined };
          const shown = viewPage(source, { format });
          expect(shown.rows.length).toBeGreaterThan(0);
          expect(renderRows(shown, format).length).toBeLessThan(textBudget * 1.25);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('counts empty cells as wide as a table draws them', () => {
    const names = Array.from({ length: 210 }, (_, at) => `COLUMN_${at}`);
    const rows = Array.from({ length: 60 }, () => names.map(() => ''));
    expect(renderRows(view(names, rows), 'markdown').length).toBeLessThan(textBudget * 1.1);
  });

  it('counts characters that cost more tokens than Latin ones, and what becomes an escape, as more', () => {
    const rowsOf = (cell: string) => Array.from({ length: 10_000 }, () => [cell]);
    const shownOf = (cell: string) => view(['A'], rowsOf(cell)).rows.length;
    const latin = shownOf('x'.repeat(60));
    expect(shownOf('ж'.repeat(60))).toBeLessThan(latin * 0.6);
    expect(shownOf('漢'.repeat(60))).toBeLessThan(latin * 0.4);
    expect(shownOf('😀'.repeat(30))).toBeLessThan(latin * 0.4);
    for (const cell of ['\u0001', '"', '7', '']) {
      for (const format of formats) {
        const source = { columns: textColumns(['A']), rows: rowsOf(cell.repeat(50)), offset: 0, timezone: undefined };
        expect(renderRows(viewPage(source, { format }), format).length).toBeLessThan(textBudget * 1.1);
      }
    }
  });

  it('shortens the name that a long expression gives its column', () => {
    const shown = view(['n'.repeat(100_000), 'B'], [['1', '2']]);
    expect(shown.columns[0]?.name).toMatch(/^n{130}… \[100000 characters in all\]$/);
    for (const format of formats) expect(renderRows(shown, format).length).toBeLessThan(2_000);
  });

  it('tells a shortened value by the index of its column where the name means no single one', () => {
    const names = ['A', 'A', '', '#0', 'n'.repeat(300), 'B'];
    const { shortened } = view(names, [names.map(() => 'x'.repeat(2_000))]);
    expect(shortened.map(({ column }) => column)).toEqual(['#0', '#1', '#2', '#3', '#4', 'B']);
  });

  it('shortens a value of ten million characters visibly and says how long it is', () => {
    const long = 'ab'.repeat(5_000_000);
    const shown = view(['A', 'B'], [['short', long]]);
    expect(shown.rows[0]?.[1]).toMatch(/^(ab)+… \[10000000 characters in all\]$/);
    expect(shown.shortened).toEqual([{ row: 0, column: 'B', characters: 10_000_000 }]);
  });

  it('shows 2,000 columns in windows that join without a gap', () => {
    const names = Array.from({ length: 2000 }, (_, at) => `C${at}`);
    const seen: string[] = [];
    for (let offset = 0; offset < names.length; ) {
      const shown = view(names, [names], offset);
      expect(shown.columnCount).toBe(2000);
      expect(shown.rows[0]).toEqual(shown.columns.map((column) => column.name));
      seen.push(...shown.columns.map((column) => column.name));
      offset += shown.columns.length;
    }
    expect(seen).toEqual(names);
  });

  it('works without columns and without rows', () => {
    expect(view([], []).rows).toEqual([]);
    expect(view([], [[], []]).rows).toHaveLength(2);
    expect(view(['A'], []).columns).toHaveLength(1);
  });

  it('never cuts a character in half', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.nat(40), (text, length) => {
        const cut = cutText(text, Math.min(length + 1, text.length));
        expect(text.startsWith(cut)).toBe(true);
        expect(cut).not.toMatch(/[\ud800-\udbff]$/);
      }),
    );
    expect(characterCount('a😀b')).toBe(3);
  });
});
