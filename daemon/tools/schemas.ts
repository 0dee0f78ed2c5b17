/** Zod schemas as the JSON Schema that MCP clients read: one source for what is declared and what is checked. */
import { z } from 'zod';

/**
 * JSON Schema in the part of the language that clients of every MCP version understand alike: no `$schema`, no references.
 * @param io `input`: what a caller may leave out is not required; `output`: what the daemon always fills in is.
 */
export function jsonSchema(schema: z.ZodObject, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io,
    reused: 'inline',
    override: ({ jsonSchema: node }) => leaveOutTheObvious(node),
  });
  return rest;
}

/** Bounds that every JSON integer has, and a union that is one type or null, cost a model's context and tell it nothing. */
function leaveOutTheObvious(node: z.core.JSONSchema.BaseSchema): void {
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  const [one, other] = node.anyOf ?? [];
  if (node.anyOf?.length === 2 && isPlainType(one) && other?.type === 'null') {
    delete node.anyOf;
    node.type = [one.type, 'null'] as unknown as NonNullable<typeof node.type>;
  }
}

function isPlainType(
  node: z.core.JSONSchema.BaseSchema | undefined,
): node is z.core.JSONSchema.BaseSchema & { type: string } {
  return node !== undefined && typeof node.type === 'string' && Object.keys(node).length === 1;
}
