import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let client: FrontEnd;

/** Names that a careless tool would let out of their quotes, or could not find again. */
const oddNames = [
  'a""; DROP DATABASE ODD; --',
  "o'clock",
  'with.dots.in',
  'sp ace',
  'ünïcödé 漢字 🦆',
  'lower',
  '%_\\',
  'x'.repeat(255),
  '$1',
  '?',
];
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

beforeAll(async () => {
  stage = await startStage();
  const setup = await stage.attach('setup', mayWrite);
  await run(setup, 'CREATE DATABASE ODD');
  for (const [at, name] of oddNames.entries())
    await run(setup, `CREATE TABLE ODD.PUBLIC.${quoted(name)} (C${at} NUMBER(38,0))`);
  client = await stage.attach('careless', { environment: { SNOWFLAKE_DATABASE: 'ODD', SNOWFLAKE_SCHEMA: 'PUBLIC' } });
});
afterAll(() => stage.close());

describe('a bound that an argument breaks', () => {
  it.each([
    ['execute_query', { query: 'SELECT 1', limit: 1e308 }, 'must be at most 10000, got 1e+308'],
    ['execute_query', { query: 'SELECT 1', limit: -1e308 }, 'must be at least 1, got -1e+308'],
    ['execute_query', { query: 'SELECT 1', wait_seconds: 601 }, 'must be at most 600, got 601'],
    ['search_objects', { pattern: 'x', kinds: [] }, 'must be a list that is not empty, got []'],
  ])('of %s %j is told: %s', async (tool, args, sentence) => {
    expect(textOf(await client.tool(tool, args))).toContain(sentence);
  });
});

describe('an error', () => {
  it('that quotes a very long value is shortened, its end kept', async () => {
    const result = await client.tool('execute_query', { query: `SELECT '${'x'.repeat(100_000)}'::INT` });
    expect(textOf(result).length).toBeLessThan(6_000);
    expect(textOf(result)).toMatch(/characters in all\] …x+' is not recognized\./);
  });

  it('brings no control sequence of a statement or value to a terminal', async () => {
    const result = await client.tool('execute_query', { query: "SELECT '\u001b[31m\u202e'::INT" });
    expect(textOf(result)).toContain('\\u001b[31m\\u202e');
    const refused = await client.tool('execute_query', { query: 'DROP TABLE "\u001b[31m```"' });
    expect(textOf(refused)).toContain('````\nDROP TABLE "\ufffd[31m```"\n^\n````');
  });
});

describe('every tool', () => {
  const required: Record<string, Record<string, unknown>> = {
    execute_query: { query: 'SELECT 1' },
    list_databases: {},
    list_schemas: { database: 'odd' },
    list_tables: {},
    list_views: { database: 'odd' },
    describe_table: { table_name: 'lower' },
    describe_view: { database: 'odd', view_name: 'lower' },
    query_view: { database: 'odd', view_name: 'lower' },
    sample_table: { table_name: 'lower' },
    search_objects: { pattern: 'x' },
    get_ddl: { name: 'lower' },
    list_warehouses: {},
    use_context: {},
    get_query_result: { query_id: 'x' },
    cancel_query: { query_id: 'x' },
    pool_status: {},
  };

  it.each(Object.entries(required))(
    '%s refuses an unknown, a missing and a wrong argument in one sentence each',
    async (name, args) => {
      const unknown = await client.tool(name, { ...args, surprise: 1 });
      expect(textOf(unknown)).toContain(`${name} has no argument 'surprise'.`);
      for (const argument of Object.keys(args)) {
        const { [argument]: _left, ...rest } = args;
        expect(textOf(await client.tool(name, rest))).toContain(`The argument ${argument} of ${name} is missing.`);
        for (const wrong of [null, 7, true, {}, ['x']]) {
          const result = await client.tool(name, { ...args, [argument]: wrong });
          expect(errorCode(result)).toBe('invalid_argument');
          expect(textOf(result)).toContain(`The argument ${argument} of ${name} must be text, got`);
        }
        expect(errorCode(await client.tool(name, { ...args, [argument]: '' }))).toBe('invalid_argument');
      }
    },
  );

  it.each(['limit', 'offset', 'column_offset', 'row'])('refuses a %s that is none', async (argument) => {
    for (const [tool, args] of Object.entries(required)) {
      const schema = (await client.tools()).find(({ name }) => name === tool)?.inputSchema as {
        properties: Record<string, unknown>;
      };
      if (!(argument in schema.properties)) continue;
      for (const wrong of [-1, 1.5, 1e300, 'ten']) {
        expect(errorCode(await client.tool(tool, { ...args, [argument]: wrong })), `${tool} ${wrong}`).toBe(
          'invalid_argument',
        );
      }
    }
  });

  it('takes null for an optional argument as left out, in every tool', async () => {
    for (const [tool, args] of Object.entries(required)) {
      const schema = (await client.tools()).find(({ name }) => name === tool)?.inputSchema as {
        properties: Record<string, unknown>;
      };
      const optional = Object.keys(schema.properties).filter((argument) => !(argument in args));
      const nulls = Object.fromEntries(optional.map((argument) => [argument, null]));
      const result = await client.tool(tool, { ...args, ...nulls });
      expect(textOf(result), tool).not.toMatch(/The argument|has no argument/);
      expect(result.isError, tool).toBe((await client.tool(tool, args)).isError);
    }
    expect(textOf(await client.tool('list_databases', { surprise: null }))).toContain("has no argument 'surprise'");
  });

  it('takes limits at their edges', async () => {
    for (const limit of [0, 10_001, -5])
      expect(errorCode(await client.tool('execute_query', { query: 'SELECT 1', limit }))).toBe('invalid_argument');
    for (const limit of [1, 10_000])
      expect((await client.tool('execute_query', { query: 'SELECT 1', limit })).isError).toBeUndefined();
  });
});

describe('a name', () => {
  it.each(oddNames.map((name) => [name.slice(0, 40), name]))(
    '%j is found and described as it is, and nothing else happens',
    async (_shown, name) => {
      const args = { table_name: quoted(name) };
      const described = await client.tool('describe_table', args);
      expect(described.isError, textOf(described)).toBeUndefined();
      expect(described.structuredContent).toMatchObject({ name, columns: [{ name: `C${oddNames.indexOf(name)}` }] });
      const sampled = await client.tool('sample_table', args);
      expect(sampled.isError, textOf(sampled)).toBeUndefined();
      const ddl = await client.tool('get_ddl', { name: quoted(name) });
      expect(ddl.isError, textOf(ddl)).toBeUndefined();
    },
  );

  it('written in other letters is found where it is the only one', async () => {
    expect((await client.tool('describe_table', { table_name: 'LoWeR' })).structuredContent).toMatchObject({
      name: 'lower',
    });
    expect((await client.tool('describe_table', { table_name: 'SP ACE' })).structuredContent).toMatchObject({
      name: 'sp ace',
    });
  });

  it('that does not exist gives the closest ones', async () => {
    const unknown = await client.tool('describe_table', { table_name: 'lowwer' });
    expect(errorCode(unknown)).toBe('statement_failed');
    expect(textOf(unknown)).toContain('Did you mean ODD.PUBLIC."lower"?');
    expect(textOf(await client.tool('list_schemas', { database: 'oddd' }))).toContain('does not exist');
    expect(textOf(await client.tool('describe_table', { database: 'odt', table_name: 'lower' }))).toContain(
      'Did you mean ODD?',
    );
  });

  it('longer than Snowflake allows, or with a NUL, is refused before it is asked for', async () => {
    for (const table_name of ['y'.repeat(256), 'a\0b', '""']) {
      expect(errorCode(await client.tool('describe_table', { table_name }))).toBe('invalid_argument');
    }
  });

  it('used as a pattern or as a database of one statement cannot get out of its quotes', async () => {
    for (const pattern of ["'; DROP DATABASE ODD; --", "\\'; DROP DATABASE ODD; --", "x' OR '1'='1"]) {
      expect((await client.tool('list_databases', { pattern })).structuredContent).toMatchObject({ total: 0 });
      expect((await client.tool('search_objects', { pattern })).structuredContent).toMatchObject({ found: [] });
    }
    const override = await client.tool('execute_query', { query: 'SELECT 1', database: 'ODD"; DROP DATABASE ODD; --' });
    expect(override.isError).toBe(true);
    expect((await client.tool('list_databases', { pattern: 'odd' })).structuredContent).toMatchObject({ total: 1 });
  });
});

describe('a cursor', () => {
  it("that is forged, another list's or another client's is refused", async () => {
    const forge = (list: unknown, id: string, offset: number) =>
      Buffer.from(JSON.stringify([list, id, offset])).toString('base64url');
    const stranger = await run(await stage.attach('stranger'), 'SELECT 1');
    const key = JSON.stringify(['databases', null]);
    const id = String(stranger.structuredContent?.query_id);
    for (const cursor of [
      'x',
      '!!!',
      forge('x', id, 0),
      forge(key, id, 0),
      forge(key, id, -1),
      forge(key, 'nonsense', 0),
      forge(key, '', 0),
    ]) {
      const result = await client.tool('list_databases', { cursor });
      expect(errorCode(result), cursor).toBe('invalid_argument');
    }
  });
});

describe('the statement', () => {
  it.each([
    ['the empty one', '', 'invalid_argument'],
    ['blanks', '   ', 'statement_refused'],
    ['a comment', '-- nothing', 'statement_refused'],
    ['two', 'SELECT 1; SELECT 2', 'statement_refused'],
    ['a text that is not closed', "SELECT 'not closed", 'statement_refused'],
    ['a write', 'DROP DATABASE ODD', 'statement_refused'],
    ['a NUL', '\u0000', 'statement_refused'],
    ['one of more than a megabyte', `SELECT '${'x'.repeat(1_048_576)}'`, 'invalid_argument'],
  ])('%s is refused', async (_what, query, code) => {
    expect(errorCode(await client.tool('execute_query', { query }))).toBe(code);
  });

  it('that is refused is told with kind, place and setting', async () => {
    const result = await client.tool('execute_query', { query: 'SELECT 1;\nDROP DATABASE ODD' });
    expect(textOf(result)).toContain('At line 2, column 1:\n```\nDROP DATABASE ODD\n^\n```');
    const drop = await client.tool('execute_query', { query: 'DROP DATABASE ODD' });
    expect(textOf(drop)).toContain('DROP DATABASE is not a read');
    expect(textOf(drop)).toContain('policy.allow = ["DROP DATABASE"]');
  });
});

it('after all of this the daemon is alive and nothing is lost', async () => {
  expect((await client.tool('list_tables', { database: 'odd' })).structuredContent).toMatchObject({
    total: oddNames.length,
  });
});

describe('use_context', () => {
  it('finds a name that differs in its letters alone, and names the closest of one that does not exist', async () => {
    const setup = await stage.attach('schemas', mayWrite);
    await run(setup, 'CREATE SCHEMA ODD."Mixed Case"');
    const chosen = await setup.tool('use_context', { database: 'odd', schema: 'mixed case' });
    expect(chosen.structuredContent).toMatchObject({ database: 'ODD', schema: 'Mixed Case' });
    const unknown = await setup.tool('use_context', { database: 'odd', schema: 'publik' });
    expect(textOf(unknown)).toContain('USE SCHEMA "PUBLIK" failed: it does not exist');
    expect(textOf(unknown)).toContain('Did you mean PUBLIC?');
    expect(textOf(await setup.tool('use_context', { role: 'a"; DROP DATABASE ODD; --' }))).toContain('failed');
  });
});

describe('a resource and its completion', () => {
  const uriOf = (name: string) => `snowflake://ODD/PUBLIC/${encodeURIComponent(name)}`;
  const template = { type: 'ref/resource', uri: 'snowflake://{database}/{schema}/{object}' };
  const complete = async (ref: object, name: string, value: string, chosen: Record<string, string> = {}) => {
    const params = { ref, argument: { name, value }, context: { arguments: chosen } };
    return ((await client.forward('completion/complete', params)) as { completion: { values: string[] } }).completion
      .values;
  };

  it.each(oddNames.map((name, at) => [name.slice(0, 40), name, at] as const))(
    '%j is read by its URI and completed from its first characters',
    async (_shown, name, at) => {
      const { contents } = (await client.forward('resources/read', { uri: uriOf(name) })) as {
        contents: { uri: string; text: string }[];
      };
      expect(contents).toMatchObject([{ uri: uriOf(name), text: expect.stringContaining(`C${at} `) }]);
      const begun = [...name].slice(0, 3).join('');
      expect(await complete(template, 'object', begun, { database: 'ODD', schema: 'PUBLIC' })).toContain(name);
    },
  );

  it.each(['\0', 'x'.repeat(256)])('a name that none can be is no resource, and completes to nothing', async (name) => {
    await expect(client.forward('resources/read', { uri: uriOf(name) })).rejects.toThrow(
      /is no resource of this server/,
    );
    expect(await complete(template, 'object', name, { database: 'ODD', schema: 'PUBLIC' })).toEqual([]);
    expect(await complete(template, 'schema', '', { database: name })).toEqual([]);
  });

  it('is completed in quotes for a prompt, also where the person has typed the opening one', async () => {
    await run(await stage.attach('setup', mayWrite), 'CREATE DATABASE "do""ts.db"');
    const prompt = { type: 'ref/prompt', name: 'explore_database' };
    expect(await complete(prompt, 'database', 'do')).toEqual(['"do""ts.db"']);
    expect(await complete(prompt, 'database', '"do""t')).toEqual(['"do""ts.db"']);
  });

  it('of a template or prompt that there is not is refused', async () => {
    await expect(complete({ type: 'ref/resource', uri: 'file:///{path}' }, 'path', '')).rejects.toThrow(
      /only resource template/,
    );
    await expect(complete({ type: 'ref/prompt', name: 'nope' }, 'database', '')).rejects.toThrow(/no such prompt/);
  });
});
