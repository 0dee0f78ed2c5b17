/** The shape that Go's driver sends beside a bound object, array or map: `{type, nullable, fields}` (G query.go). */
import type { ResultColumn, TypeField } from '../engine.ts';
import { badRequest } from '../sessions/refusal.ts';

const KINDS: ReadonlySet<string> = new Set<ResultColumn['type']>([
  'fixed',
  'real',
  'text',
  'boolean',
  'binary',
  'date',
  'time',
  'timestamp_ntz',
  'timestamp_ltz',
  'timestamp_tz',
  'variant',
  'object',
  'array',
  'map',
]);

/** Structured types nest less than this; deeper ones are no driver's. */
const DEEPEST = 100;

const isKind = (text: string): text is ResultColumn['type'] => KINDS.has(text);

/** A positive number, or nothing: drivers send 0 where they mean the type's own. */
const size = (value: unknown): number | null => (typeof value === 'number' && value > 0 ? value : null);

/** Reads `schema` of a bind; undefined where there is none. Throws a Refusal with HTTP 400 for what is no schema. */
export function readBindSchema(raw: unknown, depth = 0): TypeField | undefined {
  if (raw === undefined || raw === null) return undefined;
  if (typeof raw !== 'object' || depth > DEEPEST) throw badRequest('bindings: a schema must be {"type", "fields"}.');
  const { name, type, nullable, length, scale, precision, fields } = raw as Readonly<Record<string, unknown>>;
  const kind = typeof type === 'string' ? type.toLowerCase() : '';
  if (!isKind(kind)) throw badRequest(`bindings: a schema has no type '${String(type).slice(0, 100)}'.`);
  const parts = Array.isArray(fields) ? fields.map((part: unknown) => readBindSchema(part, depth + 1)) : [];
  return {
    name: typeof name === 'string' ? name : '',
    nullable: nullable !== false,
    type: kind,
    precision: size(precision),
    scale: size(scale),
    length: size(length),
    ...(parts.length > 0 ? { fields: parts.filter((part) => part !== undefined) } : {}),
  };
}
