/** What a model is told where it named what is not there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrontEnd } from '../../support/front-end.ts';
import { dataOf, errorCode, mayWrite, run, type Stage, startStage, textOf } from './stage.ts';

let stage: Stage;
let client: FrontEnd;

beforeAll(async () => {
  stage = await startStage();
  const setup = await stage.attach('setup', mayWrite);
  for (const sql of [
    'CREATE DATABASE STORE',
    'CREATE DATABASE ARCHIVE',
    'CREATE SCHEMA STORE.MANY',
    'CREATE TABLE STORE.PUBLIC.CUSTOMER (ID NUMBER(38,0))',
    'CREATE TABLE ARCHIVE.PUBLIC.OLD_CUSTOMER (ID NUMBER(38,0))',
    'CREATE SCHEMA STORE."Odd.Ones"',
    'CREATE TABLE STORE."Odd.Ones".CHILD (PARENT NUMBER(38,0))',
  ])
    await run(setup, sql);
  client = await stage.attach('reader', { environment: { SNOWFLAKE_DATABASE: 'STORE', SNOWFLAKE_SCHEMA: 'PUBLIC' } });
});
afterAll(() => stage.close());

describe('a list of what is not there', () => {
  it.each([
    ['list_tables', { database: 'stor' }, 'Did you mean STORE?'],
    ['list_schemas', { database: 'archiv' }, 'Did you mean ARCHIVE?'],
    ['list_views', { database: 'store', schema: 'publik' }, 'Did you mean STORE.PUBLIC?'],
    ['search_objects', { pattern: 'x', database: 'archiv' }, 'Did you mean ARCHIVE?'],
    ['get_ddl', { name: 'manyy', object_type: 'SCHEMA' }, 'Did you mean STORE.MANY?'],
    ['get_ddl', { name: 'stoer', object_type: 'DATABASE' }, 'Did you mean STORE?'],
  ])('%s %j: %s', async (tool, args, advice) => {
    const result = await client.tool(tool, args);
    expect(errorCode(result)).toBe('statement_failed');
    expect(textOf(result)).toContain(advice);
    expect(textOf(result)).toContain('Check the names; list_databases');
    expect(textOf(result)).not.toMatch(/the statement|line \d|SQL compilation/i);
  });

  it.each([
    ['list_tables', { database: 'STORE', schema: 'x' }, 'STORE.X'],
    ['sample_table', { database: 'archive', schema: 'nowhere', table_name: 'customer' }, 'ARCHIVE.NOWHERE.CUSTOMER'],
    ['describe_view', { database: 'nowhere', view_name: 'customer' }, 'NOWHERE.PUBLIC.CUSTOMER'],
  ])('%s %j names what was looked for, completed: %s', async (tool, args, name) => {
    expect(textOf(await client.tool(tool, args))).toContain(name);
  });

  it('is of what differs from it in case alone, where there is such a one', async () => {
    const result = await client.tool('list_tables', { database: '"store"', schema: 'ODD.ONES', pattern: 'CHILD' });
    expect(dataOf(result).tables).toMatchObject([{ name: 'CHILD', schema: 'Odd.Ones' }]);
  });

  it('needs a database where only a schema is given and none is current', async () => {
    const nowhere = await stage.attach('nowhere');
    const result = await nowhere.tool('list_tables', { schema: 'PUBLIC' });
    expect(errorCode(result)).toBe('invalid_argument');
    expect(textOf(result)).toContain('No database is given');
  });
});

describe('a statement about what is not there', () => {
  it.each([
    ['USE DATABASE stor', {}, 'STORE'],
    ['USE stor', {}, 'STORE'],
    ['USE archive.publik', {}, 'ARCHIVE.PUBLIC'],
    ['USE SCHEMA publik', {}, 'STORE.PUBLIC'],
    ['USE /* the */ SCHEMA store."many"', {}, 'STORE.MANY'],
    ['USE WAREHOUSE compute', {}, 'COMPUTE_WH'],
    ['USE ROLE acountadmin', {}, 'ACCOUNTADMIN'],
    ['SHOW TABLES IN SCHEMA store.mny', {}, 'STORE.MANY'],
    ['SELECT 1', { database: 'stor' }, 'STORE'],
    ['SELECT 1', { database: 'store', schema: 'publik' }, 'STORE.PUBLIC'],
    ['SELECT 1', { schema: 'mny' }, 'STORE.MANY'],
    ['SELECT * FROM old_custmer', { database: 'archive' }, 'ARCHIVE.PUBLIC.OLD_CUSTOMER'],
    ['SELECT * FROM archiv.public.old_customer', {}, 'ARCHIVE'],
    ['SELECT * FROM store.publik.customer', {}, 'STORE.PUBLIC'],
  ])('%s with %j names the closest there is: %s', async (query, args, closest) => {
    const result = await client.tool('execute_query', { query, ...args });
    expect(errorCode(result)).toBe('statement_failed');
    expect(textOf(result)).toContain(`Did you mean ${closest}?`);
  });

  it('refuses a schema where no database is current', async () => {
    const nowhere = await stage.attach('nowhere');
    const result = await nowhere.tool('execute_query', { query: 'SELECT 1', schema: 'PUBLIC' });
    expect(errorCode(result)).toBe('invalid_argument');
    expect(textOf(result)).toContain('A schema is given without a database');
  });
});
