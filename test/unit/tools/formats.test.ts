import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvTable } from '../../../daemon/tools/render/csv.ts';
import { jsonTable } from '../../../daemon/tools/render/json.ts';
import { markdownTable } from '../../../daemon/tools/render/markdown.ts';

const table = (
  names: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  types: readonly string[] = [],
) => ({
  columns: names.map((name, at) => ({
    name,
    type: 'VARCHAR',
    wireType: types[at] ?? 'text',
    precision: null,
    scale: null,
    nullable: true,
  })),
  rows,
});

/** Splits a line of a markdown table as GitHub's rules do: at each pipe that no backslash precedes. */
function markdownCells(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') {
      cell += line[at] + (line[at + 1] ?? '');
      at += 1;
    } else if (line[at] === '|') {
      cells.push(cell);
      cell = '';
    } else cell += line[at];
  }
  return cells.slice(1);
}

describe('a markdown table', () => {
  it('is aligned, numbers to the right', () => {
    expect(
      markdownTable(
        table(
          ['NAME', 'N'],
          [
            ['a', '1'],
            ['long name', '1000'],
          ],
          ['text', 'fixed'],
        ),
      ),
    ).toBe(['| NAME      |    N |', '| --------- | ---: |', '| a         |    1 |', '| long name | 1000 |'].join('\n'));
  });

  it('keeps its shape whatever the cells hold', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.option(fc.string()))),
        fc.string(),
        (rows, name) => {
          const lines = markdownTable(table([name, 'b', 'c'], rows)).split(/[\n\r\u0085\u2028\u2029]/);
          expect(lines).toHaveLength(rows.length + 2);
          for (const line of lines) {
            expect(markdownCells(line)).toHaveLength(3);
            expect(line.replaceAll(/\\./gs, '')).not.toContain('`');
          }
        },
      ),
    );
  });

  it('lets no cell bring in HTML, a link or a picture that a program would load', () => {
    const cell = '</td></tr></table> <!-- x --> a < b ![x](https://e.example/p.png) [1](y)';
    const [, , line] = markdownTable(table(['A'], [[cell]])).split('\n');
    expect(line).toBe('| \\</td>\\</tr>\\</table> \\<!-- x --> a < b ![x\\](https://e.example/p.png) [1\\](y) |');
  });

  it('shows what nobody would see', () => {
    const cell = '\u001b[31m\u202eabc\u2066\u061c\u200b\ufeff\u{e0041}\ud800 👩‍👩‍👧';
    const [, , line] = markdownTable(table(['A'], [[cell]])).split('\n');
    expect(line).toBe('| \\u001b[31m\\u202eabc\\u2066\\u061c\\u200b\\ufeff\\u{e0041}\\ud800 👩‍👩‍👧 |');
  });

  it('tells NULL from the text NULL and from the empty text', () => {
    const [, , first, second, third] = markdownTable(table(['A'], [[null], ['NULL'], ['']])).split('\n');
    expect([first, second, third]).toEqual(['| NULL   |', '| "NULL" |', '|        |']);
  });

  it('counts wide characters twice and does not pad to a very long cell', () => {
    const lines = markdownTable(
      table(
        ['A', 'B'],
        [
          ['漢字', 'x'.repeat(300)],
          ['ab', 'y'],
        ],
      ),
    ).split('\n');
    expect(lines[2]?.startsWith('| 漢字 | xxx')).toBe(true);
    expect(lines[3]).toBe(`| ab   | y${' '.repeat(39)} |`);
  });

  it('is nothing where there are no columns', () => {
    expect(markdownTable(table([], []))).toBe('');
  });
});

describe('CSV', () => {
  it('follows RFC 4180 and tells NULL from the empty text', () => {
    expect(
      csvTable(
        table(
          ['A', 'B,C'],
          [
            ['x "y"', null],
            ['', 'line\nbreak'],
          ],
        ),
      ),
    ).toBe('A,"B,C"\r\n"x ""y""",\r\n"","line\nbreak"\r\n');
  });

  it('gives every text back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.option(fc.string()), fc.option(fc.string()))), (rows) => {
        const [, ...read] = parseCsv(csvTable(table(['A', 'B'], rows)));
        expect(read).toEqual(rows);
      }),
    );
  });
});

/** A reader of RFC 4180: an unquoted empty field is NULL. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length; ) {
    let field: string | null;
    if (text[at] === '"') {
      const match = /"((?:[^"]|"")*)"/y;
      match.lastIndex = at;
      const found = match.exec(text);
      field = (found?.[1] ?? '').replaceAll('""', '"');
      at += found?.[0].length ?? 1;
    } else {
      const end = text.slice(at).search(/,|\r\n/);
      field = text.slice(at, at + end) || null;
      at += end;
    }
    row.push(field);
    if (text[at] === ',') at += 1;
    else {
      rows.push(row);
      row = [];
      at += 2;
    }
  }
  return rows;
}

describe('JSON', () => {
  it('has one object a row, with numbers, booleans and JSON as themselves', () => {
    const text = jsonTable(
      table(
        ['N', 'B', 'V', 'T', 'Z'],
        [['1.50', 'true', '{\n  "a": [1, "x"]\n}', 'x', null]],
        ['fixed', 'boolean', 'variant', 'text', 'text'],
      ),
    );
    expect(text).toBe('[\n  {"N": 1.50, "B": true, "V": { "a": [1, "x"] }, "T": "x", "Z": null}\n]');
    expect(JSON.parse(text)).toEqual([{ N: 1.5, B: true, V: { a: [1, 'x'] }, T: 'x', Z: null }]);
  });

  it('writes a number as text where a double would lose digits', () => {
    const rows = [
      ['12345678901234567890123456789012345678'],
      ['0.1234567890123456'],
      ['NaN'],
      ['inf'],
      ['1e999'],
      ['-7'],
      ['1e-320'],
    ];
    expect(JSON.parse(jsonTable(table(['N'], rows, ['fixed']))).map((row: { N: unknown }) => row.N)).toEqual([
      '12345678901234567890123456789012345678',
      '0.1234567890123456',
      'NaN',
      'inf',
      '1e999',
      -7,
      '1e-320',
    ]);
  });

  it('writes JSON that is none as text', () => {
    expect(jsonTable(table(['V'], [['{"a": undefined}'], ['alert(1)']], ['variant']))).toBe(
      '[\n  {"V": "{\\"a\\": undefined}"},\n  {"V": "alert(1)"}\n]',
    );
  });

  it('lets no value hide another of the same column name', () => {
    expect(JSON.parse(jsonTable(table(['A', 'A', 'A_2', 'A'], [['1', '2', '3', '4']])))).toEqual([
      { A: '1', A_2: '3', A_3: '2', A_4: '4' },
    ]);
  });

  it('is JSON whatever the cells hold, and every text comes back', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'binary' }), fc.option(fc.string()))), (rows) => {
        expect(JSON.parse(jsonTable(table(['A', 'B'], rows)))).toEqual(rows.map(([a, b]) => ({ A: a, B: b })));
      }),
    );
  });

  it('is an empty array for no rows', () => {
    expect(jsonTable(table(['A'], []))).toBe('[]');
  });
});
