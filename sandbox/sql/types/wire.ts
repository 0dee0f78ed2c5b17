import type {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBStructValue,
  DuckDBValue,
  DuckDBVector,
} from '@duckdb/node-api';
import type { ResultColumn, WireCell, WireRow } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { convert } from './convert.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { isPrintedWhole, printStructured } from './structured-print.ts';
import { textNumber } from './text-number.ts';
import { duckType, fixed, isStructured, typeName, typeOf, unsupported, VARIANT } from './type.ts';
import { prettyVariant } from './variant-print.ts';
import { itemsOf } from './vector-items.ts';

/** Cells of a batch; a row longer than it is a batch by itself. */
const BATCH_LENGTH = 8 * 1024 * 1024;

/** Epoch seconds with their nanoseconds. */
const SECONDS = fixed(38, 9);

/** Anything that yields DuckDB's chunks: a result of `run` or of `stream`. */
export interface Chunks {
  fetchChunk(): Promise<{ readonly rowCount: number; getColumnVector(index: number): DuckDBVector } | null>;
}

/** Epoch nanoseconds as seconds with `scale` decimals; digits behind the scale are cut, never rounded. */
function seconds(nanos: bigint, scale: number): string {
  const isNegative = nanos < 0n;
  const digits = String(isNegative ? -nanos : nanos).padStart(10, '0');
  const whole = `${isNegative ? '-' : ''}${digits.slice(0, -9)}`;
  return scale === 0 ? whole : `${whole}.${digits.slice(-9, scale >= 9 ? undefined : scale - 9)}`;
}

function decimal(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const isNegative = value < 0n;
  const digits = String(isNegative ? -value : value).padStart(scale + 1, '0');
  return `${isNegative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function real(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

/**
 * Makes the encoder of one column: from a DuckDB value of `duckType(type)` to the cell. Source: PROTOCOL §4.1.
 * `zone` is the session's TIMEZONE, in which timestamps inside variants are printed.
 */
function encoder(type: SnowflakeType, zone: string, settings?: Settings): (value: DuckDBValue) => string {
  const scale = type.scale ?? 9;
  if (isStructured(type)) {
    const formats = settings ?? { ...DEFAULT_SETTINGS, zone };
    return (value) => printStructured(String(value), type, formats);
  }
  switch (type.type) {
    case 'fixed':
      return (value) => {
        if (typeof value !== 'object') return String(value);
        const { value: digits, scale: places } = value as DuckDBDecimalValue;
        return decimal(digits, places);
      };
    case 'real':
      return (value) => real(Number(value));
    case 'boolean':
      return (value) => (value === true ? '1' : '0');
    case 'binary':
      return (value) =>
        Buffer.from((value as DuckDBBlobValue).bytes)
          .toString('hex')
          .toUpperCase();
    case 'date':
      return (value) => String((value as DuckDBDateValue).days);
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return (value) => seconds(BigInt(value as bigint), scale);
    case 'timestamp_tz':
      return (value) => {
        const { utc, off } = (value as DuckDBStructValue).entries;
        return `${seconds(BigInt(utc as bigint), scale)} ${Number(off) + 1440}`;
      };
    case 'variant':
    case 'object':
    case 'array':
      return (value) => prettyVariant(String(value), zone);
    default:
      return String;
  }
}

/**
 * Rows of a DuckDB result (values as `Translated.sql` yields them), each cell in its wire encoding; a batch for each
 * chunk of DuckDB's, or several where its texts are long. What `encode` names is the zone for timestamps inside variants.
 */
export async function* encodeRows(
  result: Chunks,
  columns: readonly (ResultColumn & { readonly encode: string; readonly settings?: Settings })[],
): AsyncGenerator<readonly WireRow[]> {
  const encoders = columns.map((column) => encoder(column, column.encode, column.settings));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const { rowCount } = chunk;
    const items = encoders.map((_, index) => itemsOf(chunk.getColumnVector(index), rowCount));
    let rows: WireCell[][] = [];
    let length = 0;
    for (let row = 0; row < rowCount; row++) {
      const cells = encoders.map((encode, index): WireCell => {
        const value = items[index]?.(row) ?? null;
        if (value === null) return null;
        const cell = encode(value);
        length += cell.length;
        return cell;
      });
      rows.push(cells);
      if (length < BATCH_LENGTH || row === rowCount - 1) continue;
      yield rows;
      rows = [];
      length = 0;
    }
    yield rows;
  }
}

/** The way back: a DuckDB expression of `duckType(type)` from one of VARCHAR that holds a cell's wire text. */
export function fromWire(sql: string, type: SnowflakeType): string {
  if (isStructured(type)) {
    if (!isPrintedWhole(type)) throw unsupported(`reading a stored result's column of type ${typeName(type)}`);
    return convert(`sf_parse_json(${sql}, false)`, VARIANT, type, 'cast', DEFAULT_SETTINGS);
  }
  const nanos = (text: string) => `CAST(${textNumber(text, SECONDS, 'error')} * 1000000000 AS HUGEINT)`;
  switch (type.type) {
    case 'boolean':
      return `(${sql} IN ('1', 'true', 'TRUE'))`;
    case 'binary':
      return `unhex(${sql})`;
    case 'date':
      return `(DATE '1970-01-01' + CAST(${sql} AS INTEGER))`;
    case 'time':
      return `CAST(${nanos(sql)} AS BIGINT)`;
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return nanos(sql);
    case 'timestamp_tz':
      return `sf_tz_pack(${nanos(`split_part(${sql}, ' ', 1)`)}, CAST(split_part(${sql}, ' ', 2) AS INTEGER) - 1440)`;
    case 'variant':
    case 'object':
    case 'array':
      return `sf_parse_json(${sql}, false)`;
    case 'text':
      return sql;
    case 'fixed':
      return textNumber(sql, type, 'error');
    case 'real':
      return `CAST(${sql} AS ${duckType(type)})`;
    default:
      throw unsupported(`the data type ${type.type.toUpperCase()}`);
  }
}

const NO_SOURCE = { database: '', schema: '', table: '' };

/** The metadata of a result column of this type: byte length beside the rest (four bytes a character at most). */
export function columnMetadata(
  name: string,
  type: SnowflakeType,
  nullable: boolean,
  source: { readonly database: string; readonly schema: string; readonly table: string } = NO_SOURCE,
): ResultColumn {
  const length = type.length ?? 0;
  const byteLength = type.type === 'text' ? Math.max(length, Math.min(length * 4, 16777216)) : type.length;
  return { name, ...typeOf(type), nullable, byteLength, ...source };
}
