import { z } from 'zod';
import { SnowpoolError } from '../errors.ts';
import { qualified, quoteIdentifier, storedName, stringLiteral } from './identifiers.ts';
import { ask } from './metadata.ts';
import { objectName, sqlName, withObject, withScope } from './object-name.ts';
import { characterCount } from './render/page-view.ts';
import { textPart } from './render/text-part.ts';
import { argument, defineTool, readsOnly } from './tool.ts';

const ddlTypes = [
  'TABLE',
  'VIEW',
  'SCHEMA',
  'DATABASE',
  'SEQUENCE',
  'STREAM',
  'TASK',
  'STAGE',
  'PIPE',
  'FILE_FORMAT',
  'DYNAMIC_TABLE',
] as const;

export const getDdl = defineTool({
  name: 'get_ddl',
  title: 'Get the DDL of an object',
  description: [
    'Returns the statement that would create an object again: for a table its columns, keys and comments, for a view its query; for a schema or database all that is in it.',
    'Example: {"database": "ANALYTICS", "schema": "PUBLIC", "name": "DAILY_SALES", "object_type": "VIEW"}',
  ].join('\n'),
  input: z.strictObject({
    object_type: z.enum(ddlTypes).default('TABLE').describe('What kind of object it is.'),
    name: z.string().min(1).max(600).describe('The object; for DATABASE and SCHEMA the name of that.'),
    database: argument.database.optional(),
    schema: argument.schema.optional(),
    offset: z
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .default(0)
      .describe('Where in a very long text to begin, in characters.'),
  }),
  output: z.strictObject({
    object_type: z.string(),
    ddl: z.string(),
    offset: z.int(),
    characters: z.int().describe('Length of the whole text.'),
    next_offset: z.int().nullable(),
  }),
  annotations: readsOnly,
  async run(call, args) {
    const ddlOf = async (name: string) => {
      const page = await ask(call, `SELECT GET_DDL(${stringLiteral(args.object_type)}, ${stringLiteral(name)}, TRUE)`);
      return page.rows[0]?.[0] ?? '';
    };
    const ddl = await ddlText(args.object_type);
    const part = textPart(ddl, args.offset);
    if (!part) {
      throw new SnowpoolError(
        'invalid_argument',
        `offset ${args.offset} is behind the end: the text has ${characterCount(ddl)} characters.`,
      );
    }
    const { text, end, characters, nextOffset } = part;
    return {
      texts: [
        text,
        nextOffset === null
          ? ''
          : `Characters ${args.offset + 1} to ${end} of ${characters}. Next part: the same call with offset ${end}.`,
      ],
      structured: {
        object_type: args.object_type,
        ddl: text,
        offset: args.offset,
        characters,
        next_offset: nextOffset,
      },
    };

    async function ddlText(type: (typeof ddlTypes)[number]): Promise<string> {
      if (type === 'DATABASE') {
        const database = storedName(args.name, 'name');
        return withScope(call, { database }, (found) => ddlOf(quoteIdentifier(found.database)));
      }
      if (type === 'SCHEMA') {
        const { database, name: schema } = objectName(call, args, 'name');
        return withScope(call, { database, schema }, (found) =>
          ddlOf(qualified(found.database, found.schema ?? schema)),
        );
      }
      const object = objectName(call, args, 'name');
      return withObject(call, object, (found) => ddlOf(sqlName(found)));
    }
  },
});
