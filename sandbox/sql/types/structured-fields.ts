import type { TypeField } from '../../engine.ts';
import type { SnowflakeType } from '../contract.ts';
import { quoteText } from './literal.ts';
import { once } from './once.ts';

/** The values of a JSON object in their order, as a list of DuckDB's. */
export const values = (json: string) => `CAST(json_extract(${json}, '$.*') AS VARCHAR[])`;

/** What stands before the value of an object's key, the first one's with the object's bracket. */
export const keyStart = (name: string, index: number) =>
  quoteText(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);

/** How a cast between objects treats keys that differ: CAST(x AS OBJECT(...) RENAME FIELDS | ADD FIELDS). */
export interface KeyChanges {
  readonly renames?: boolean;
  readonly adds?: boolean;
}

/** A structured object of some of another's keys, in this order. */
export function pickFields(sql: string, from: SnowflakeType, kept: readonly TypeField[]): string {
  if (kept.length === 0) return `CASE WHEN ${sql} IS NOT NULL THEN '{}' END`;
  return once(
    values(sql),
    (all) => {
      const parts = kept.map((part, index) => {
        const place = (from.fields ?? []).findIndex(({ name }) => name === part.name);
        return `${keyStart(part.name, index)} || ${all}[${place + 1}]`;
      });
      return `CASE WHEN ${all} IS NOT NULL THEN ${parts.join(' || ')} || '}' END`;
    },
    0,
  );
}

/** A structured object with one more key, or another value of a key that it has; `stored` is the value's text. */
export function putField(sql: string, from: SnowflakeType, name: string, stored: string): string {
  const fields = from.fields ?? [];
  const own = fields.some((part) => part.name === name)
    ? fields.map((part) => part.name)
    : [...fields.map((part) => part.name), name];
  return once(
    values(sql),
    (all) => {
      const parts = own.map((key, index) => {
        const value = key === name ? stored : `${all}[${index + 1}]`;
        return `${keyStart(key, index)} || ${value}`;
      });
      return `CASE WHEN ${all} IS NOT NULL THEN ${parts.join(' || ')} || '}' END`;
    },
    0,
  );
}

/** What of a type its values' order depends on. */
export interface Shape {
  readonly kind: 'array' | 'object' | 'map';
  readonly hasNumericKeys?: boolean;
  readonly parts: readonly (Shape | null)[];
}

function shapeOf({ type, fields }: SnowflakeType): Shape | null {
  if (!fields || (type !== 'array' && type !== 'object' && type !== 'map')) return null;
  const parts = fields.map(shapeOf);
  return type === 'map' ? { kind: type, hasNumericKeys: fields[0]?.type === 'fixed', parts } : { kind: type, parts };
}

/** A DuckDB text by which structured values are put in order, and equal where they are. */
export function orderText(sql: string, type: SnowflakeType): string {
  return `sf_struct_key(${sql}, ${quoteText(JSON.stringify(shapeOf(type)))})`;
}
