import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../daemon/tools/catalogue.ts';
import { jsonSchema } from '../../../daemon/tools/schemas.ts';

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly additionalProperties?: unknown;
}

describe.each(catalogue.map((tool) => [tool.name, tool] as const))('%s', (_name, tool) => {
  it('says when to use it, and its examples are calls that it accepts', () => {
    expect(tool.title).not.toBe('');
    expect(tool.description.length).toBeGreaterThan(60);
    const examples = [...tool.description.matchAll(/\{.*?\}(?=$|\.|\n| or )/gm)].map(([text]) => text);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const parsed = tool.input.safeParse(JSON.parse(example));
      expect(parsed.error?.issues, example).toBeUndefined();
    }
  });

  it('declares its arguments, each with a description, and takes no others', () => {
    const schema = jsonSchema(tool.input, 'input') as Schema;
    expect(schema.type).toBe('object');
    expect(schema.additionalProperties).toBe(false);
    for (const [argument, declared] of Object.entries(schema.properties ?? {})) {
      expect(declared.description, argument).toBeTypeOf('string');
    }
  });

  it('has schemas that clients of every MCP version read alike', () => {
    for (const io of ['input', 'output'] as const) {
      const text = JSON.stringify(jsonSchema(tool[io], io));
      for (const word of ['$schema', '$ref', 'definitions', '9007199254740991,', '-9007199254740991'])
        expect(text).not.toContain(word);
    }
  });
});
