/** Completion of database, schema and object names while a person fills in a resource template or a prompt. */
import { z } from 'zod';
import { SnowpoolError } from '../../errors.ts';
import { qualified, quoteIdentifier, storedName, stringLiteral } from '../identifiers.ts';
import { ask, metadataRows, textOf } from '../metadata.ts';
import type { ToolCall } from '../tool.ts';
import { promptNamed } from './prompts.ts';
import { resourceTemplate } from './resource-uri.ts';

const paramsShape = z.looseObject({
  ref: z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('ref/resource'), uri: z.string() }),
    z.looseObject({ type: z.literal('ref/prompt'), name: z.string() }),
  ]),
  argument: z.looseObject({ name: z.string(), value: z.string() }),
  context: z.looseObject({ arguments: z.record(z.string(), z.string()).optional() }).optional(),
});

/** MCP allows a hundred values. */
const mostValues = 100;

/** Names that begin with what was typed, without regard to case. Throws SnowpoolError invalid_argument for params of another form. */
export async function complete(call: ToolCall, params: unknown): Promise<unknown> {
  const parsed = paramsShape.safeParse(params);
  if (!parsed.success) throw new SnowpoolError('invalid_argument', 'completion/complete needs ref and argument.');
  const { ref, argument, context } = parsed.data;
  const chosen = context?.arguments ?? {};
  const isUri = ref.type === 'ref/resource';
  if (isUri && ref.uri !== resourceTemplate)
    throw new SnowpoolError('invalid_argument', `The only resource template is ${resourceTemplate}.`);
  if (!isUri) promptNamed(ref.name);
  const stored = (text: string, name: string) => (isUri ? text : storedName(text, name));
  const typed = isUri ? argument.value : withoutQuotes(argument.value);
  const names = await candidates(call, argument.name, typed, chosen, stored);
  // In a URI a name stands as it is stored, in a prompt as one would type it: the two differ in quotes alone.
  const values = !isUri
    ? names.map((name) => (/^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : quoteIdentifier(name)))
    : names;
  return {
    completion: { values: values.slice(0, mostValues), total: values.length, hasMore: values.length > mostValues },
  };
}

/** A name that is still being typed may have its opening quote alone. */
function withoutQuotes(typed: string): string {
  return typed.startsWith('"') ? typed.slice(1).replace(/"$/, '').replaceAll('""', '"') : typed;
}

async function candidates(
  call: ToolCall,
  argument: string,
  typed: string,
  chosen: Readonly<Record<string, string | undefined>>,
  stored: (text: string, name: string) => string,
): Promise<readonly string[]> {
  // A backslash would escape what follows it in a pattern.
  const like = ` LIKE ${stringLiteral(`${typed.replace(/[\\%]/g, '_')}%`)}`;
  const current = call.attachment.describeContext().database;
  const inDatabase = chosen.database === undefined ? current : stored(chosen.database, 'database');
  if (argument === 'database') return names(call, `SHOW DATABASES${like}`, typed);
  if (inDatabase === undefined) return [];
  if (argument === 'schema')
    return names(call, `SHOW SCHEMAS${like} IN DATABASE ${quoteIdentifier(inDatabase)}`, typed);
  if (argument !== 'object' || chosen.schema === undefined) return [];
  const where = `${like} IN SCHEMA ${qualified(inDatabase, stored(chosen.schema, 'schema'))}`;
  const found = await Promise.all([
    names(call, `SHOW TABLES${where}`, typed),
    names(call, `SHOW VIEWS${where}`, typed),
  ]);
  return found.flat().sort();
}

async function names(call: ToolCall, sql: string, typed: string): Promise<readonly string[]> {
  const page = await ask(call, sql).catch((error: unknown) => {
    // Half a name typed into the fields before is no object yet.
    if (error instanceof SnowpoolError && ['statement_failed', 'statement_refused'].includes(error.code))
      return undefined;
    throw error;
  });
  if (!page) return [];
  return metadataRows(page)
    .map((row) => textOf(row, 'name') ?? '')
    .filter((name) => name.toUpperCase().startsWith(typed.toUpperCase()));
}
