import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, typeName } from '../../../daemon/tools/render/values.ts';

const cell = (type: string, raw: string, options: { scale?: number; timezone?: string } = {}) =>
  cellText({ type, scale: options.scale ?? 9 }, raw, options.timezone);

describe('a cell as text', () => {
  it('keeps every digit of a number of 38 digits and of a decimal', () => {
    expect(cell('fixed', '99999999999999999999999999999999999999', { scale: 0 })).toBe(
      '99999999999999999999999999999999999999',
    );
    expect(cell('fixed', '-0.10', { scale: 2 })).toBe('-0.10');
    expect(cell('real', '1.7976931348623157e+308')).toBe('1.7976931348623157e+308');
    expect(cell('real', 'NaN')).toBe('NaN');
    expect(cell('real', '-inf')).toBe('-inf');
  });

  it('shows dates from year 1 to year 9999 and before the epoch', () => {
    expect(cell('date', '-719162')).toBe('0001-01-01');
    expect(cell('date', '-1')).toBe('1969-12-31');
    expect(cell('date', '0')).toBe('1970-01-01');
    expect(cell('date', '11016')).toBe('2000-02-29');
    expect(cell('date', '2932896')).toBe('9999-12-31');
  });

  it('shows every day as the calendar has it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719162, max: 2932896 }), (days) => {
        expect(cell('date', String(days))).toBe(new Date(days * 86_400_000).toISOString().slice(0, 10));
      }),
    );
  });

  it('keeps all fraction digits of times and timestamps', () => {
    expect(cell('time', '45296.123456789')).toBe('12:34:56.123456789');
    expect(cell('time', '86399', { scale: 0 })).toBe('23:59:59');
    expect(cell('timestamp_ntz', '1704164645.123456789')).toBe('2024-01-02 03:04:05.123456789');
    expect(cell('timestamp_ntz', '253402300799.999999999')).toBe('9999-12-31 23:59:59.999999999');
    expect(cell('timestamp_ntz', '-62135596800.000000000')).toBe('0001-01-01 00:00:00.000000000');
  });

  it('counts fractions before the epoch forward in time', () => {
    expect(cell('timestamp_ntz', '-0.500000000')).toBe('1969-12-31 23:59:59.500000000');
    expect(cell('timestamp_ntz', '-0.000000001')).toBe('1969-12-31 23:59:59.999999999');
    expect(cell('timestamp_ntz', '-1.000')).toBe('1969-12-31 23:59:59.000');
  });

  it('agrees with the calendar on every millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62135596800000, max: 253402300799999 }), (ms) => {
        const sign = ms < 0 ? '-' : '';
        const size = Math.abs(ms);
        const raw = `${sign}${Math.floor(size / 1000)}.${String(size % 1000).padStart(3, '0')}`;
        expect(cell('timestamp_ntz', raw)).toBe(new Date(ms).toISOString().replace('T', ' ').replace('Z', ''));
      }),
    );
  });

  it('shows a local timestamp on the clock of the session, summer and winter', () => {
    const timezone = 'America/Los_Angeles';
    expect(cell('timestamp_ltz', '1704164645.123456789', { timezone })).toBe('2024-01-01 19:04:05.123456789 -0800');
    expect(cell('timestamp_ltz', '1720000000.000', { timezone })).toBe('2024-07-03 02:46:40.000 -0700');
    expect(cell('timestamp_ltz', '1704164645.0', { timezone: 'Asia/Kathmandu' })).toBe('2024-01-02 08:49:05.0 +0545');
    expect(cell('timestamp_ltz', '0', { scale: 0, timezone: 'UTC' })).toBe('1970-01-01 00:00:00 +0000');
  });

  it("takes Snowflake's default zone where the account told none, and UTC where the zone is unknown", () => {
    expect(cell('timestamp_ltz', '0', { scale: 0 })).toBe('1969-12-31 16:00:00 -0800');
    expect(cell('timestamp_ltz', '0', { scale: 0, timezone: 'Nowhere/At_All' })).toBe('1970-01-01 00:00:00 +0000');
  });

  it('shows a zoned timestamp with its own offset, in both wire forms', () => {
    expect(cell('timestamp_tz', '1704164645.123456789 1020')).toBe('2024-01-01 20:04:05.123456789 -0700');
    expect(cell('timestamp_tz', '1704164645.123 1770', { scale: 3 })).toBe('2024-01-02 08:34:05.123 +0530');
    const packed = (1704164645123n << 14n) | 1020n;
    expect(cell('timestamp_tz', packed.toString(), { scale: 3 })).toBe('2024-01-01 20:04:05.123 -0700');
    const early = (-1n << 14n) | 1440n;
    expect(cell('timestamp_tz', early.toString(), { scale: 3 })).toBe('1969-12-31 23:59:59.999 +0000');
  });

  it('reads booleans however they are spelt', () => {
    expect(['1', 'true', 'TRUE', '0', 'false'].map((raw) => cell('boolean', raw))).toEqual([
      'true',
      'true',
      'true',
      'false',
      'false',
    ]);
  });

  it('passes text, binary and JSON on as they were sent', () => {
    expect(cell('text', 'a\nb|`')).toBe('a\nb|`');
    expect(cell('binary', 'DEADBEEF')).toBe('DEADBEEF');
    expect(cell('variant', '{"a": undefined}')).toBe('{"a": undefined}');
  });

  it('shows what is not of its type as it was sent, whatever it is', () => {
    for (const type of ['date', 'time', 'timestamp_ntz', 'timestamp_ltz', 'timestamp_tz', 'boolean', 'fixed']) {
      fc.assert(
        fc.property(fc.string(), (raw) => {
          expect(typeof cell(type, raw)).toBe('string');
        }),
      );
      expect(cell(type, 'process.exit()')).toBe('process.exit()');
    }
  });
});

describe('a type as text', () => {
  const name = (type: string, precision?: number, scale?: number, length?: number) =>
    typeName({ type, precision, scale, length });

  it("is Snowflake's own", () => {
    expect(name('fixed', 38, 0)).toBe('NUMBER(38,0)');
    expect(name('real')).toBe('FLOAT');
    expect(name('text', undefined, undefined, 16_777_216)).toBe('VARCHAR');
    expect(name('text', undefined, undefined, 20)).toBe('VARCHAR(20)');
    expect(name('timestamp_ltz', 0, 3)).toBe('TIMESTAMP_LTZ(3)');
    expect(name('binary', undefined, undefined, 8_388_608)).toBe('BINARY');
    expect(name('variant')).toBe('VARIANT');
  });
});
