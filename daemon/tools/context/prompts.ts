/** Prompts: what a person picks in a client to begin a usual piece of work. They name the tools and the order that work well. */
import { z } from 'zod';
import { SnowpoolError } from '../../errors.ts';
import { fenced } from '../render/fence.ts';

interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[];
  readonly text: (argument: (name: string) => string) => string;
}

const prompts: readonly Prompt[] = [
  {
    name: 'explore_database',
    title: 'Explore a database',
    description: 'Get to know a database: what is in it, how its tables belong together, what can be asked of it.',
    arguments: [
      { name: 'database', description: 'The database to explore; your current one when left out.', required: false },
    ],
    text: (argument) =>
      [
        `Get to know ${argument('database') ? `the Snowflake database ${argument('database')}` : 'my current Snowflake database'} and tell me about it.`,
        '',
        '1. list_schemas, then list_tables and list_views of each schema that is not INFORMATION_SCHEMA. Row counts and comments tell which tables matter.',
        '2. describe_table for the five to ten that matter most; sample_table with limit 5 where names do not tell what the values are.',
        '3. Work out how they join: primary and foreign keys first, else columns of the same name and type.',
        '4. Sum up: what the database is about, its main tables with one line each, how they join, and three questions that it can answer, each with a tested query.',
        '',
        'Read only. Do not scan large tables: sample_table and aggregates with a filter are enough.',
      ].join('\n'),
  },
  {
    name: 'explain_query_cost',
    title: "Explain this query's cost",
    description: 'Find out what makes a query expensive, without running it, and how to make it cheaper.',
    arguments: [{ name: 'query', description: 'The SQL statement.', required: true }],
    text: (argument) =>
      [
        'Explain what makes this Snowflake query expensive and how to make it cheaper, without running it:',
        '',
        fenced(argument('query'), 'sql'),
        '',
        '1. execute_query with EXPLAIN USING TABULAR in front of it: it compiles and does not run. Look at partitionsAssigned beside partitionsTotal, bytesAssigned, and the joins.',
        '2. describe_table for the tables it scans: row count, bytes, clustering key. A filter that does not fit the clustering key prunes nothing.',
        '3. list_warehouses: size and state of the warehouse it would run on.',
        '4. Say in this order: what is scanned and how much of it could be pruned; joins that multiply rows; functions around filtered columns; SELECT * that could be narrower. Then give a cheaper version and compare both with EXPLAIN.',
      ].join('\n'),
  },
  {
    name: 'find_table',
    title: 'Find the table for ...',
    description: 'Find where in the account the data about something is.',
    arguments: [{ name: 'topic', description: 'What the data is about, e.g. "customer churn".', required: true }],
    text: (argument) =>
      [
        `Find the table or view in this Snowflake account that holds data about: ${argument('topic')}`,
        '',
        '1. search_objects with the two or three words that names or comments most likely contain, singular, one call each (for customers also CUST, CLIENT, ACCOUNT).',
        '2. describe_table of the best candidates: columns, comments, row count. Prefer tables with rows, comments and a recent date to copies, backups and staging tables.',
        '3. sample_table with limit 5 for the two best.',
        '4. Name the best one with its full name, say why, what one row of it stands for, and which columns answer questions about the topic. Name the runner-up and how it differs.',
      ].join('\n'),
  },
];

export function listPrompts(): unknown {
  return { prompts: prompts.map(({ text: _text, ...prompt }) => prompt) };
}

/** Throws SnowpoolError invalid_argument where there is none. */
export function promptNamed(name: string): Prompt {
  const prompt = prompts.find((one) => one.name === name);
  if (prompt) return prompt;
  throw new SnowpoolError(
    'invalid_argument',
    `There is no such prompt: there are ${prompts.map((one) => one.name).join(', ')}.`,
  );
}

const getShape = z.looseObject({ name: z.string(), arguments: z.record(z.string(), z.string()).optional() });

/** Throws SnowpoolError invalid_argument for an unknown prompt, a missing or an unknown argument. */
export function getPrompt(params: unknown): unknown {
  const parsed = getShape.safeParse(params);
  if (!parsed.success) throw new SnowpoolError('invalid_argument', 'prompts/get needs a name; arguments are texts.');
  const prompt = promptNamed(parsed.data.name);
  const given = parsed.data.arguments ?? {};
  for (const { name, required } of prompt.arguments) {
    if (required && !given[name]?.trim())
      throw new SnowpoolError('invalid_argument', `The prompt ${prompt.name} needs the argument ${name}.`);
  }
  const unknown = Object.keys(given).find((name) => !prompt.arguments.some((argument) => argument.name === name));
  if (unknown !== undefined) {
    throw new SnowpoolError('invalid_argument', `The prompt ${prompt.name} has no argument '${unknown.slice(0, 60)}'.`);
  }
  return {
    description: prompt.description,
    messages: [{ role: 'user', content: { type: 'text', text: prompt.text((name) => given[name]?.trim() ?? '') } }],
  };
}
