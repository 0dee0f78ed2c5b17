import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatTimestamp } from '../../../sandbox/sql/types/format.ts';
import { parseType } from '../../../sandbox/sql/types/index.ts';
import { parseAuto, parseByFormat } from '../../../sandbox/sql/types/parse-time.ts';
import { readJson, readVariant, writeVariant } from '../../../sandbox/sql/types/variant-text.ts';
import { fromWire } from '../../../sandbox/sql/types/wire.ts';
import { TranslatorBench } from './translate-scope.ts';

let bench: TranslatorBench;

beforeAll(async () => {
  bench = await TranslatorBench.open();
});
afterAll(() => bench.close());

const NANOS_PER_DAY = 86_400_000_000_000n;
const FIRST = -719162n * NANOS_PER_DAY;
const LAST = 2932897n * NANOS_PER_DAY - 1n;

test('every nanosecond of the years 0001 to 9999 is printed and read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: FIRST, max: LAST }), (nanos) => {
      const text = formatTimestamp(nanos, 'YYYY-MM-DD HH24:MI:SS.FF9', 0);
      for (const moment of [parseAuto(text, 'timestamp'), parseByFormat(text, 'YYYY-MM-DD HH24:MI:SS.FF9')]) {
        expect(BigInt(moment?.days ?? 0) * NANOS_PER_DAY + (moment?.ofDay ?? 0n)).toBe(nanos);
      }
    }),
  );
});

test('timestamps keep all nanoseconds through DuckDB, in every zone', async () => {
  const some = fc.sample(fc.bigInt({ min: FIRST + NANOS_PER_DAY, max: LAST - NANOS_PER_DAY }), {
    numRuns: 60,
    seed: 7,
  });
  const texts = some.map((nanos) => formatTimestamp(nanos, 'YYYY-MM-DD HH24:MI:SS.FF9', 0));
  const list = texts.map((text) => `('${text}')`).join(', ');
  const rows = await bench.rows(
    `SELECT column1::TIMESTAMP_NTZ, TO_CHAR(column1::TIMESTAMP_NTZ, 'YYYY-MM-DD HH24:MI:SS.FF9'), column1::TIMESTAMP_NTZ::DATE, TO_CHAR(column1::TIMESTAMP_LTZ, 'YYYY-MM-DD HH24:MI:SS.FF9'), HOUR(column1::TIMESTAMP_NTZ) FROM VALUES ${list}`,
  );
  rows.forEach(([wire, text, day, local, hour], index) => {
    const nanos = some[index] ?? 0n;
    const [whole = '', part = ''] = (wire ?? '').split('.');
    expect(BigInt(whole) * 1_000_000_000n + BigInt(part) * (wire?.startsWith('-') ? -1n : 1n)).toBe(nanos);
    expect(text).toBe(texts[index]);
    expect(local).toBe(texts[index]);
    const days = nanos >= 0n ? nanos / NANOS_PER_DAY : -((-nanos + NANOS_PER_DAY - 1n) / NANOS_PER_DAY);
    expect(BigInt(day ?? '')).toBe(days);
    expect(Number(hour)).toBe(Number(texts[index]?.slice(11, 13)));
  });
});

/** A decimal as its digits and scale. */
const decimal = fc.record({
  digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  scale: fc.integer({ min: 0, max: 8 }),
});

function shown({ digits, scale }: { digits: bigint; scale: number }): string {
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0');
  return `${digits < 0n ? '-' : ''}${scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`}`;
}

test('division is exact, rounded half away from zero at the scale of the rule', async () => {
  const pairs = fc.sample(fc.tuple(decimal, decimal), { numRuns: 120, seed: 11 }).filter(([, b]) => b.digits !== 0n);
  const items = pairs.map(([a, b]) => `${shown(a)}::NUMBER(38,${a.scale}) / (${shown(b)})::NUMBER(38,${b.scale})`);
  const [row = []] = await bench.rows(`SELECT ${items.join(', ')}`);
  pairs.forEach(([a, b], index) => {
    const scale = Math.max(a.scale, Math.min(a.scale + 6, 12));
    const top = a.digits * 10n ** BigInt(scale - a.scale + b.scale);
    const size = (value: bigint) => (value < 0n ? -value : value);
    const rounded = (2n * size(top) + size(b.digits)) / (2n * size(b.digits));
    const sign = top < 0n !== b.digits < 0n && rounded !== 0n ? -1n : 1n;
    expect(row[index], items[index]).toBe(shown({ digits: sign * rounded, scale }));
  });
});

test('JSON comes back as it was, keys in order, numbers digit for digit', async () => {
  const texts = [
    '{"b":1,"a":[true,null,"x"]}',
    '12345678901234567890123456789012345678',
    '0.1234567890123456789',
    '"quote \\" and \\\\ and \\u00e9"',
    '[[],{},""]',
    '-0.5',
  ];
  for (const text of texts) {
    const value = readJson(text);
    expect(value).not.toBeUndefined();
    if (value === undefined) continue;
    const canonical = writeVariant(value);
    expect(writeVariant(readVariant(canonical))).toBe(canonical);
    const [row = []] = await bench.rows(`SELECT TO_JSON(PARSE_JSON('${text.replaceAll('\\', '\\\\')}'))`);
    expect(JSON.parse(row[0] ?? '')).toEqual(JSON.parse(text));
  }
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value = readJson(text);
      if (value === undefined) return;
      const canonical = writeVariant(value);
      expect(writeVariant(readVariant(canonical))).toBe(canonical);
    }),
  );
});

test('a wire cell becomes the value again that it was made from', async () => {
  const values = [
    ['NUMBER(38,10)', "'-1234567890123456789012345678.0123456789'::NUMBER(38,10)"],
    ['FLOAT', "'-inf'::FLOAT"],
    ['DATE', "'0001-01-01'::DATE"],
    ['TIME(9)', "'23:59:59.999999999'::TIME"],
    ['TIMESTAMP_NTZ(9)', "'1969-12-31 23:59:59.999999999'::TIMESTAMP_NTZ"],
    ['TIMESTAMP_TZ(9)', "'9999-12-31 00:00:00.000000001 -1100'::TIMESTAMP_TZ"],
    ['BINARY', "X'00FF'"],
    ['BOOLEAN', 'FALSE'],
    ['VARIANT', 'PARSE_JSON(\'{"a": [1.5, null]}\')'],
  ] as const;
  for (const [type, sql] of values) {
    const [row = []] = await bench.rows(`SELECT ${sql}`);
    const cell = row[0] ?? '';
    const read = fromWire(`'${cell.replaceAll("'", "''")}'`, parseType(type));
    const answer = await bench.connection.runAndReadAll(`SELECT ${read} IS NOT NULL`);
    expect(answer.getRows(), type).toEqual([[true]]);
  }
});
