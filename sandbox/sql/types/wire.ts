import type { ResultColumn, WireCell, WireRow } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { duckType, isSemiStructured, unsupported } from './type.ts';
import { prettyVariant } from './variant-print.ts';

const NANOS = 9;

/** Epoch nanoseconds as seconds with `scale` decimals; digits behind the scale are cut, never rounded. */
function secondsText(nanos: string, scale: number): string {
  const whole = `CAST(CAST(CAST(${nanos} AS DECIMAL(38,0)) * 0.000000001 AS DECIMAL(38,9)) AS VARCHAR)`;
  if (scale >= NANOS) return whole;
  const cut = scale === 0 ? NANOS + 1 : NANOS - scale;
  return `left(${whole}, length(${whole}) - ${cut})`;
}

/**
 * The DuckDB expression (VARCHAR) that gives a value's cell as the wire wants it, for a value held as `duckType` says.
 * Semi-structured cells still pass through `encodeRows`, which lays them out. Source: PROTOCOL §4.1.
 */
export function wireExpression(type: SnowflakeType, sql: string): string {
  const scale = type.scale ?? NANOS;
  switch (type.type) {
    case 'fixed':
      return `CAST(${sql} AS VARCHAR)`;
    case 'real':
      return `sf_real_wire(${sql})`;
    case 'text':
    case 'variant':
    case 'object':
    case 'array':
      return sql;
    case 'boolean':
      return `CASE WHEN ${sql} THEN '1' WHEN NOT ${sql} THEN '0' END`;
    case 'binary':
      return `hex(${sql})`;
    case 'date':
      return `CAST(${sql} - DATE '1970-01-01' AS VARCHAR)`;
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
      return secondsText(sql, scale);
    case 'timestamp_tz':
      return `${secondsText(`(${sql}).utc`, scale)} || ' ' || CAST((${sql}).off + 1440 AS VARCHAR)`;
    default:
      throw unsupported(`the data type ${type.type.toUpperCase()}`);
  }
}

/** The way back: from a wire cell (VARCHAR) to the value as `duckType` holds it. For stored results that are read again. */
export function storedExpression(type: SnowflakeType, sql: string): string {
  const nanos = (seconds: string) => `CAST(CAST(${seconds} AS DECIMAL(38,9)) * 1000000000 AS HUGEINT)`;
  switch (type.type) {
    case 'boolean':
      return `(${sql} = '1')`;
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
      return `CASE WHEN ${sql} IS NOT NULL THEN struct_pack(utc := ${nanos(`split_part(${sql}, ' ', 1)`)}, off := CAST(CAST(split_part(${sql}, ' ', 2) AS INTEGER) - 1440 AS SMALLINT)) END`;
    case 'variant':
    case 'object':
    case 'array':
      return `sf_parse_json(${sql})`;
    case 'text':
      return sql;
    default:
      return `CAST(${sql} AS ${duckType(type)})`;
  }
}

/** The DuckDB query whose cells are all in wire form, for a translated query with columns named as `encode` says. */
export function wireQuery(query: {
  readonly sql: string;
  readonly columns: readonly { readonly encode: string }[];
}): string {
  return `SELECT ${query.columns.map((column) => column.encode).join(', ')} FROM (${query.sql}) AS wire_rows`;
}

/**
 * Rows of `wireQuery` (each cell VARCHAR or NULL) as they go on the wire: lays out semi-structured cells.
 * `zone` is the session's TIMEZONE, in which timestamps inside variants are printed.
 */
export function encodeRows(
  columns: readonly ResultColumn[],
  rows: readonly (readonly unknown[])[],
  zone = 'UTC',
): readonly WireRow[] {
  const laidOut = columns.map((column) => isSemiStructured(column));
  if (!laidOut.includes(true)) return rows as readonly WireRow[];
  return rows.map((row) =>
    row.map((cell, index): WireCell => {
      if (cell === null || cell === undefined) return null;
      return laidOut[index] ? prettyVariant(String(cell), zone) : String(cell);
    }),
  );
}

/** The metadata of a result column of this type: byte length beside the rest (four bytes a character at most). */
export function columnMetadata(
  name: string,
  type: SnowflakeType,
  nullable: boolean,
  source: { readonly database: string; readonly schema: string; readonly table: string } = NO_SOURCE,
): ResultColumn {
  const isText = type.type === 'text';
  const byteLength = isText ? Math.min((type.length ?? 0) * 4, Math.max(16777216, type.length ?? 0)) : type.length;
  return { name, ...type, nullable, byteLength, ...source };
}

const NO_SOURCE = { database: '', schema: '', table: '' };
