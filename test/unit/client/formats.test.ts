import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FormatName, formatOf, type Row } from '../../../client/query/format.ts';

const column = (name: string, extra: object = {}) => ({
  name,
  type: 'VARCHAR',
  nullable: true,
  json: false,
  numeric: false,
  ...extra,
});
const cell = (text: string | null) => ({ null: text === null, text: text ?? '' });

function written(name: FormatName, columns: ReturnType<typeof column>[], rows: readonly Row[]): string {
  const format = formatOf(name, columns);
  return rows.map((row) => format.rows([row])).join('') + format.end();
}

const texts = fc.array(fc.array(fc.option(fc.string({ unit: 'binary' })), { minLength: 2, maxLength: 2 }), {
  maxLength: 8,
});

describe('csv', () => {
  it('brings every text back, NULL and the empty text apart', () => {
    fc.assert(
      fc.property(texts, (rows) => {
        const csv = written(
          'csv',
          [column('A'), column('B')],
          rows.map((row) => row.map(cell)),
        );
        expect(parseCsv(csv).slice(1)).toEqual(rows);
      }),
    );
  });
});

describe('json and ndjson', () => {
  it('bring every text back', () => {
    fc.assert(
      fc.property(texts, (rows) => {
        const cells = rows.map((row) => row.map(cell));
        const expected = rows.map(([A, B]) => ({ A, B }));
        expect(JSON.parse(written('json', [column('A'), column('B')], cells))).toEqual(expected);
        const lines = written('ndjson', [column('A'), column('B')], cells)
          .split('\n')
          .slice(0, -1);
        expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
      }),
    );
  });

  it('write numbers with all their digits and what is no JSON number as text', () => {
    const columns = [column('N', { numeric: true })];
    const numbers = ['99999999999999999999999999999999999999', '-0.10', '1e300', 'inf', 'NaN'].map((text) => [
      cell(text),
    ]);
    expect(written('ndjson', columns, numbers)).toBe(
      '{"N":99999999999999999999999999999999999999}\n{"N":-0.10}\n{"N":1e300}\n{"N":"inf"}\n{"N":"NaN"}\n',
    );
  });

  it('write a VARIANT as it is, on one line, and one that JSON cannot say as text', () => {
    const columns = [column('V', { json: true })];
    expect(written('ndjson', columns, [[cell('{\n  "a": 1.50\n}')], [cell('undefined')]])).toBe(
      '{"V":{   "a": 1.50 }}\n{"V":"undefined"}\n',
    );
  });

  it('keep both of two columns of one name', () => {
    const names = ['A', 'A', 'A_2', 'A'].map((name) => column(name));
    expect(JSON.parse(written('ndjson', names, [['1', '2', '3', '4'].map(cell)]))).toEqual({
      A: '1',
      A_2: '3',
      A_3: '2',
      A_4: '4',
    });
  });
});

describe('table', () => {
  it('sets numbers to the right, names NULL, and keeps a row on a line', () => {
    const columns = [column('N', { numeric: true }), column('TEXT')];
    const rows = [
      [cell('7'), cell('two\nlines')],
      [cell('123'), cell(null)],
    ];
    expect(written('table', columns, rows)).toBe('  N  TEXT\n──────────────\n  7  two⏎lines\n123  NULL\n');
  });

  it('cuts long cells and measures wide signs as two', () => {
    const [head = '', , long = '', wide = ''] = written(
      'table',
      [column('A'), column('B')],
      [
        [cell('x'.repeat(200)), cell('b')],
        [cell('数据'), cell('b')],
      ],
    ).split('\n');
    expect(long).toBe(`${'x'.repeat(79)}…  b`);
    expect(head.indexOf('B')).toBe(82);
    expect(wide.indexOf('b')).toBe(80);
  });

  it('goes on with the widths it has after a thousand rows', () => {
    const format = formatOf('table', [column('A')]);
    const first = format.rows(Array.from({ length: 1_000 }, () => [cell('a')]));
    expect(first.split('\n')).toHaveLength(1_003);
    expect(format.rows([[cell('wider')]])).toBe('wider\n');
    expect(format.end()).toBe('');
  });
});

/** RFC 4180 as a reader has it: unquoted and empty is NULL. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let row: (string | null)[] = [];
  for (let at = 0; at < text.length; ) {
    let field: string | null = '';
    if (text[at] === '"') {
      at += 1;
      for (;;) {
        const quote = text.indexOf('"', at);
        field += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
        at += 1;
      }
    } else {
      const end = at + (/[,\r\n]/.exec(text.slice(at))?.index ?? text.length - at);
      field = end === at ? null : text.slice(at, end);
      at = end;
    }
    row.push(field);
    if (text[at] === ',') at += 1;
    else {
      at += 2;
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
