/** Bound values as drivers send them (PROTOCOL §6), read at the edge. */
import type { Bind } from '../engine.ts';
import { badRequest } from '../sessions/refusal.ts';
import { readBindSchema } from './bind-schema.ts';

function isValue(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

/** A scalar that some client did not turn into text. */
function asText(value: unknown): unknown {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : (value ?? null);
}

/** Reads `bindings` of a query's body. Throws a Refusal with HTTP 400 where it is not one. */
export function readBinds(raw: unknown): ReadonlyMap<string, Bind> {
  const binds = new Map<string, Bind>();
  if (raw === undefined || raw === null) return binds;
  if (typeof raw !== 'object' || Array.isArray(raw))
    throw badRequest('bindings must be an object: {"1": {"type", "value"}}.');
  let rows: number | undefined;
  for (const [name, bind] of Object.entries(raw)) {
    const type: unknown = bind?.type;
    const value: unknown = Array.isArray(bind?.value) ? bind.value.map(asText) : asText(bind?.value);
    if (typeof type !== 'string') throw badRequest(`bindings: '${name.slice(0, 100)}' has no type.`);
    const schema = readBindSchema(bind?.schema);
    const shape = schema ? { schema } : {};
    if (Array.isArray(value)) {
      if (!value.every(isValue)) throw badRequest(`bindings: '${name.slice(0, 100)}' holds a value that is no text.`);
      rows ??= value.length;
      if (rows !== value.length) throw badRequest('bindings: all columns of an array bind must be equally long.');
      binds.set(name, { type: type.toUpperCase(), value, ...shape });
    } else {
      if (!isValue(value)) throw badRequest(`bindings: '${name.slice(0, 100)}' holds a value that is no text.`);
      binds.set(name, { type: type.toUpperCase(), value, ...shape });
    }
  }
  return binds;
}

/** The binds that are left after the first `used`, numbered from 1 again: what the next part of a multi-statement takes. */
export function bindsFrom(binds: ReadonlyMap<string, Bind>, used: number): ReadonlyMap<string, Bind> {
  if (used === 0) return binds;
  const rest = new Map<string, Bind>();
  for (const [name, bind] of binds) {
    const position = Number(name);
    if (Number.isInteger(position) && position > used) rest.set(String(position - used), bind);
  }
  return rest;
}
