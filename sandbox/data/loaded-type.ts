import type { SnowflakeType } from '../sql/contract.ts';

/** A column of a loaded file: its name there, its Snowflake type, and how DuckDB's value becomes the stored one. */
export interface LoadedColumn {
  readonly source: string;
  readonly type: SnowflakeType;
  readonly expression: (value: string) => string;
}

const plain = (type: SnowflakeType['type']): SnowflakeType => ({ type, precision: null, scale: null, length: null });
const TEXT: SnowflakeType = { type: 'text', precision: null, scale: null, length: 16_777_216 };
const INTEGER: SnowflakeType = { type: 'fixed', precision: 38, scale: 0, length: null };
const NANOS = (type: 'time' | 'timestamp_ntz' | 'timestamp_ltz'): SnowflakeType => ({
  type,
  precision: 0,
  scale: 9,
  length: null,
});

const INTEGERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'UTINYINT', 'USMALLINT', 'UINTEGER', 'UBIGINT']);

/** The Snowflake type for a type of DuckDB's. Nested values become VARIANT, what has no equal becomes text. */
export function loadedColumn(source: string, duckType: string): LoadedColumn {
  const same = (value: string): string => value;
  if (INTEGERS.has(duckType))
    return { source, type: INTEGER, expression: (value) => `CAST(${value} AS DECIMAL(38,0))` };
  if (duckType === 'HUGEINT' || duckType === 'UHUGEINT') {
    return { source, type: INTEGER, expression: (value) => `CAST(${value} AS DECIMAL(38,0))` };
  }
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(duckType);
  if (decimal) {
    const type: SnowflakeType = {
      type: 'fixed',
      precision: Number(decimal[1]),
      scale: Number(decimal[2]),
      length: null,
    };
    return { source, type, expression: same };
  }
  switch (duckType) {
    case 'FLOAT':
    case 'DOUBLE':
      return { source, type: plain('real'), expression: (value) => `CAST(${value} AS DOUBLE)` };
    case 'BOOLEAN':
      return { source, type: plain('boolean'), expression: same };
    case 'DATE':
      return { source, type: plain('date'), expression: same };
    case 'VARCHAR':
      return { source, type: TEXT, expression: same };
    case 'BLOB':
      return { source, type: { ...TEXT, type: 'binary', length: 8_388_608 }, expression: same };
    case 'TIME':
      return { source, type: NANOS('time'), expression: (value) => `CAST(epoch_us(${value}) AS BIGINT) * 1000` };
    case 'TIMESTAMP':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
      return {
        source,
        type: NANOS('timestamp_ntz'),
        expression: (value) => `CAST(epoch_us(CAST(${value} AS TIMESTAMP)) AS HUGEINT) * 1000`,
      };
    case 'TIMESTAMP_NS':
      return { source, type: NANOS('timestamp_ntz'), expression: (value) => `CAST(epoch_ns(${value}) AS HUGEINT)` };
    case 'TIMESTAMP WITH TIME ZONE':
      return {
        source,
        type: NANOS('timestamp_ltz'),
        expression: (value) => `CAST(epoch_us(${value}) AS HUGEINT) * 1000`,
      };
    default: {
      const isNested = duckType === 'JSON' || /[[\]]$|^(STRUCT|MAP|UNION)/.test(duckType);
      if (isNested)
        return {
          source,
          type: plain('variant'),
          expression: (value) => `sf_parse_json(CAST(to_json(${value}) AS VARCHAR), false)`,
        };
      return { source, type: TEXT, expression: (value) => `CAST(${value} AS VARCHAR)` };
    }
  }
}
