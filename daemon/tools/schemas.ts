/** Zod schemas as the JSON Schema that MCP clients read: one source for what is declared and what is checked. */
import { z } from 'zod';

/**
 * JSON Schema in the part of the language that clients of every MCP version understand alike: no `$schema`, no references.
 * @param io `input`: what a caller may leave out is not required; `output`: what the daemon always fills in is.
 */
export function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io, reused: 'inline' });
  return rest;
}
