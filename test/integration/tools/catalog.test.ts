import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { dataOf, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let client: FrontEnd;
const many = 80;

beforeAll(async () => {
  stage = await startStage();
  const setup = await stage.attach('setup', mayWrite);
  const statements = [
    'CREATE DATABASE STORE',
    'CREATE DATABASE ARCHIVE',
    'CREATE SCHEMA STORE.MANY',
    "CREATE TABLE STORE.PUBLIC.CUSTOMER (ID NUMBER(38,0) PRIMARY KEY, EMAIL VARCHAR(200) UNIQUE COMMENT 'where to write to', SINCE TIMESTAMP_NTZ(9) DEFAULT '2020-01-01'::TIMESTAMP_NTZ(9)) CLUSTER BY (ID) COMMENT = 'one row a buyer'",
    'CREATE TABLE STORE.PUBLIC.PURCHASE (ID NUMBER(38,0) PRIMARY KEY, BUYER NUMBER(38,0) NOT NULL REFERENCES STORE.PUBLIC.CUSTOMER (ID), PRICE NUMBER(10,2))',
    'CREATE TABLE ARCHIVE.PUBLIC.OLD_CUSTOMER (ID NUMBER(38,0))',
    "CREATE VIEW STORE.PUBLIC.BUYERS COMMENT = 'who has bought' AS SELECT C.ID, C.EMAIL FROM STORE.PUBLIC.CUSTOMER C",
    'CREATE SCHEMA STORE."Odd.Ones"',
    'CREATE TABLE STORE."Odd.Ones"."a.b" (ID NUMBER(38,0) PRIMARY KEY)',
    'CREATE TABLE STORE."Odd.Ones".CHILD (PARENT NUMBER(38,0) REFERENCES STORE."Odd.Ones"."a.b" (ID))',
    `CREATE TABLE STORE."Odd.Ones".WIDE (${Array.from({ length: 1_500 }, (_, at) => `COLUMN_${at} NUMBER(38,0)`).join(', ')})`,
    `CREATE VIEW STORE."Odd.Ones".LONG_VIEW AS SELECT 1 AS A WHERE '${'漢字'.repeat(20_000)}' <> ''`,
    "INSERT INTO STORE.PUBLIC.CUSTOMER SELECT SEQ4(), 'a' || SEQ4(), '2024-01-01' FROM TABLE(GENERATOR(ROWCOUNT => 20))",
    'CREATE TABLE STORE.PUBLIC.HUGE AS SELECT SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 150000))',
    ...Array.from(
      { length: many },
      (_, at) =>
        `CREATE TABLE STORE.MANY.T${String(at).padStart(3, '0')} (A NUMBER(38,0)) COMMENT = '${'c'.repeat(1000)}'`,
    ),
  ];
  for (const sql of statements) await run(setup, sql);
  client = await stage.attach('reader', { environment: { SNOWFLAKE_DATABASE: 'STORE', SNOWFLAKE_SCHEMA: 'PUBLIC' } });
});
afterAll(() => stage.close());

const sent = async (part: string) => (await stage.sandbox.control.statements()).filter(({ sql }) => sql.includes(part));

describe('a long list', () => {
  it('comes in pages that join without a gap, from one SHOW', async () => {
    const names: string[] = [];
    let cursor: string | null | undefined;
    do {
      const args = { database: 'store', schema: 'many', ...(cursor ? { cursor } : {}) };
      const page = dataOf<{ tables: { name: string }[]; total: number; next_cursor: string | null }>(
        await client.tool('list_tables', args),
      );
      expect(page.total).toBe(many);
      names.push(...page.tables.map(({ name }) => name));
      cursor = page.next_cursor;
    } while (cursor);
    expect(names).toEqual(Array.from({ length: many }, (_, at) => `T${String(at).padStart(3, '0')}`));
    expect(await sent('SHOW TABLES IN SCHEMA "STORE"."MANY"')).toHaveLength(1);
  });

  it('is filtered by LIKE at the account', async () => {
    const some = await client.tool('list_tables', { database: 'store', schema: 'many', pattern: 't01_' });
    expect(some.structuredContent).toMatchObject({ total: 10, next_cursor: null });
    expect(
      (await client.tool('list_tables', { database: 'store', pattern: 'nothing%' })).structuredContent,
    ).toMatchObject({ total: 0 });
  });

  it('comes as CSV and JSON, too', async () => {
    const csv = await client.tool('list_databases', { pattern: 'STORE', format: 'csv' });
    expect(csv.content[0]?.text).toMatch(/^name,kind,owner,origin,comment,created_on\r\nSTORE,STANDARD,/);
    const json = await client.tool('list_databases', { pattern: 'STORE', format: 'json' });
    expect(JSON.parse(json.content[0]?.text ?? '')).toMatchObject([{ name: 'STORE' }]);
  });

  it('of warehouses tells state and size', async () => {
    const { warehouses } = dataOf<{ warehouses: unknown[] }>(await client.tool('list_warehouses'));
    expect(warehouses).toMatchObject([{ name: 'COMPUTE_WH', size: 'X-Small' }]);
  });
});

describe('describe_table', () => {
  it('tells a foreign key of odd names so that its parts can be told apart', async () => {
    const result = await client.tool('describe_table', { schema: 'Odd.Ones', table_name: 'child' });
    expect(dataOf(result).foreign_keys).toMatchObject([{ references: 'STORE."Odd.Ones"."a.b"' }]);
  });

  it('stays under the cut of MCP clients, also in what it gives to programs', async () => {
    const wide = await client.tool('describe_table', { schema: 'Odd.Ones', table_name: 'wide' });
    expect(dataOf(wide).next_offset).toBeGreaterThan(100);
    expect(JSON.stringify(wide.structuredContent).length).toBeLessThan(80_000);
    const long = await client.tool('describe_view', { database: 'store', schema: 'Odd.Ones', view_name: 'long_view' });
    expect(dataOf(long).definition).toMatch(/characters in all; get_ddl gives all\]$/);
    expect(textOf(long).length).toBeLessThan(25_000);
    const whole: unknown[] = [];
    for (let offset: unknown = 0; offset !== null; ) {
      const part = dataOf<{ ddl: string; next_offset: number | null }>(
        await client.tool('get_ddl', { schema: 'Odd.Ones', name: 'long_view', object_type: 'VIEW', offset }),
      );
      expect(part.ddl.length).toBeLessThan(25_000);
      whole.push(part.ddl);
      offset = part.next_offset;
    }
    expect(whole.join('')).toContain(`'${'漢字'.repeat(20_000)}'`);
  });

  it('tells types, keys, comments, row count, size and clustering', async () => {
    const result = await client.tool('describe_table', { table_name: 'customer' });
    expect(result.structuredContent).toMatchObject({
      database: 'STORE',
      schema: 'PUBLIC',
      name: 'CUSTOMER',
      kind: 'TABLE',
      comment: 'one row a buyer',
      rows: 20,
      primary_key: ['ID'],
      columns: [
        { name: 'ID', type: 'NUMBER(38,0)', nullable: false, primary_key: true },
        { name: 'EMAIL', type: 'VARCHAR(200)', unique_key: true, comment: 'where to write to' },
        { name: 'SINCE', type: 'TIMESTAMP_NTZ(9)', nullable: true },
      ],
    });
    expect(dataOf(result).bytes).toBeGreaterThan(0);
    expect(dataOf(result).clustering).toMatch(/ID/);
    for (const part of ['20', 'Primary key: ID', 'one row a buyer', 'where to write to'])
      expect(textOf(result)).toContain(part);
  });

  it('tells foreign keys', async () => {
    const result = await client.tool('describe_table', { table_name: 'purchase' });
    expect(dataOf(result).foreign_keys).toEqual([
      { columns: ['BUYER'], references: 'STORE.PUBLIC.CUSTOMER', referenced_columns: ['ID'] },
    ]);
  });

  it('tells a view with the statement that made it', async () => {
    const result = await client.tool('describe_view', { database: 'store', schema: 'public', view_name: 'buyers' });
    expect(result.structuredContent).toMatchObject({
      kind: 'VIEW',
      comment: 'who has bought',
      rows: null,
      columns: [{ name: 'ID' }, { name: 'EMAIL' }],
    });
    expect(dataOf(result).definition).toContain('FROM STORE.PUBLIC.CUSTOMER');
  });
});

describe('search_objects', () => {
  it('finds tables, views and columns by name or comment over all databases, in one statement', async () => {
    const byName = dataOf<{ found: unknown[] }>(await client.tool('search_objects', { pattern: 'customer' }));
    expect(byName.found).toMatchObject([
      { kind: 'TABLE', database: 'ARCHIVE', name: 'OLD_CUSTOMER' },
      { kind: 'TABLE', database: 'STORE', name: 'CUSTOMER' },
    ]);
    const byComment = dataOf<{ found: unknown[] }>(await client.tool('search_objects', { pattern: 'bought' }));
    expect(byComment.found).toMatchObject([{ kind: 'VIEW', name: 'BUYERS' }]);
    const columns = dataOf<{ found: unknown[] }>(
      await client.tool('search_objects', { pattern: 'mail', kinds: ['COLUMN'] }),
    );
    expect(columns.found).toMatchObject([
      { kind: 'COLUMN', database: 'SNOWFLAKE', name: 'USERS', column: 'EMAIL' },
      { kind: 'COLUMN', name: 'BUYERS', column: 'EMAIL' },
      { kind: 'COLUMN', name: 'CUSTOMER', column: 'EMAIL' },
    ]);
    expect(await sent("UPPER('customer')")).toHaveLength(1);
  });

  it('takes _ and \\ for themselves in a text without %', async () => {
    const found = async (pattern: string) =>
      dataOf<{ found: { name: string }[] }>(
        await client.tool('search_objects', { pattern, kinds: ['TABLE'] }),
      ).found.map(({ name }) => name);
    expect(await found('d_cust')).toEqual(['OLD_CUSTOMER']);
    expect(await found('c_st')).toEqual([]);
    expect(await found('%c_st%')).toEqual(['OLD_CUSTOMER', 'CUSTOMER']);
    expect(await found('\\')).toEqual([]);
    expect(await found("one ro'")).toEqual([]);
    expect(await found('A BUYER')).toEqual(['CUSTOMER']);
  });

  it('says where there is more', async () => {
    const result = await client.tool('search_objects', { pattern: 'T0%', kinds: ['TABLE'], limit: 5 });
    expect(result.structuredContent).toMatchObject({ has_more: true });
    expect(textOf(result)).toContain('The first 5; there are more');
  });
});

describe('rows of one table', () => {
  it('are sampled by blocks where it is large, so that it is not read as a whole', async () => {
    const result = await client.tool('sample_table', { table_name: 'huge', limit: 5 });
    expect(dataOf<{ rows: unknown[] }>(result).rows.length).toBeLessThanOrEqual(5);
    expect(
      (await sent('FROM "STORE"."PUBLIC"."HUGE"')).every(
        ({ sql }) => sql.includes('SAMPLE SYSTEM') || sql.endsWith('LIMIT 5'),
      ),
    ).toBe(true);
  });

  it('are sampled by rows where it is small', async () => {
    const result = await client.tool('sample_table', { table_name: 'customer', limit: 5 });
    expect(dataOf<{ rows: unknown[] }>(result).rows).toHaveLength(5);
  });

  it('of a view are the first ones, and the answer says so', async () => {
    const sampled = await client.tool('sample_table', { table_name: 'buyers', limit: 3 });
    expect(dataOf<{ rows: unknown[] }>(sampled).rows).toHaveLength(3);
    expect(textOf(sampled)).toContain('not random ones');
    const queried = await client.tool('query_view', { database: 'store', view_name: 'buyers' });
    expect(dataOf<{ rows: unknown[] }>(queried).rows).toHaveLength(10);
    expect(textOf(queried)).toContain('it may have more');
    const all = await client.tool('query_view', { database: 'store', view_name: 'buyers', limit: 50 });
    expect(textOf(all)).toContain('The first rows of STORE.PUBLIC.BUYERS: it has no more.');
  });
});

describe('get_ddl', () => {
  it.each([
    [{ name: 'customer' }, /create or replace table .*CUSTOMER/is],
    [{ name: 'buyers', object_type: 'VIEW' }, /create or replace view .*BUYERS/is],
  ])('%j', async (args, ddl) => {
    const result = await client.tool('get_ddl', args);
    expect(dataOf(result).ddl).toMatch(ddl);
  });
});

describe('use_context', () => {
  it('chooses for this client what its later calls run with, and tells it', async () => {
    const chooser = await stage.attach('chooser');
    const chosen = await chooser.tool('use_context', {
      database: 'store',
      schema: 'many',
      warehouse: 'compute_wh',
    });
    expect(chosen.structuredContent).toMatchObject({
      database: 'STORE',
      schema: 'MANY',
      warehouse: 'COMPUTE_WH',
    });
    expect(await client.rows('SELECT CURRENT_SCHEMA()')).toEqual([['PUBLIC']]);
    expect((await chooser.tool('use_context')).structuredContent).toMatchObject({ database: 'STORE', schema: 'MANY' });
    expect((await chooser.tool('use_context', { role: 'sysadmin' })).structuredContent).toMatchObject({
      role: 'SYSADMIN',
    });
  });

  it('says what was chosen before the one that failed, and what is close to that', async () => {
    const chooser = await stage.attach('half way');
    const result = await chooser.tool('use_context', { database: 'store', schema: 'manny' });
    expect(textOf(result)).toContain('USE SCHEMA "MANNY" failed');
    expect(textOf(result)).toContain('Did you mean MANY?');
    expect(textOf(result)).toContain('Chosen before it: database STORE. Nothing else was changed.');
    const none = await chooser.tool('use_context', { secondary_roles: 'NONE' });
    expect(none.structuredContent).toMatchObject({ database: 'STORE', secondary_roles: 'NONE' });
  });
});

describe('database and schema of execute_query', () => {
  it('hold for that call alone', async () => {
    const rows = await client.rows('SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()', {
      database: 'archive',
      schema: 'public',
    });
    expect(rows).toEqual([['ARCHIVE', 'PUBLIC']]);
    expect(await client.rows('SELECT CURRENT_DATABASE()')).toEqual([['STORE']]);
  });
});
