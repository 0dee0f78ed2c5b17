import { generateKeyPairSync } from 'node:crypto';
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, execute, failedConnect } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
let admin: Connection;

beforeAll(async () => {
  sandbox = await startSandbox();
  admin = await connect(sandbox.connectionOptions({ role: 'ACCOUNTADMIN' }));
});
afterAll(async () => {
  await close(admin);
  await sandbox.stop();
});

const close = (session: Connection) => new Promise((resolve) => session.destroy(resolve));
const run = (sqlText: string) => execute(admin, sqlText);
const failure = (sqlText: string) =>
  run(sqlText).then(
    () => null,
    (error: unknown) => error,
  );

async function roleOf(options: Parameters<Sandbox['connectionOptions']>[0]): Promise<unknown> {
  const session = await connect(sandbox.connectionOptions(options));
  const { rows } = await execute(session, 'SELECT CURRENT_USER() AS U, CURRENT_ROLE() AS R');
  await close(session);
  return rows[0];
}

test('a user that was created signs in with its password only, under the role that it was granted', async () => {
  await run("CREATE USER dora PASSWORD = 'right' DEFAULT_ROLE = sysadmin MUST_CHANGE_PASSWORD = FALSE");
  expect((await failedConnect(sandbox.connectionOptions({ username: 'dora', password: 'wrong' }))).code).toBe('390100');
  expect(await roleOf({ username: 'dora', password: 'right' })).toEqual({ U: 'DORA', R: 'PUBLIC' });
  await run('GRANT ROLE sysadmin TO USER dora');
  expect(await roleOf({ username: 'dora', password: 'right' })).toEqual({ U: 'DORA', R: 'SYSADMIN' });
  await run("ALTER USER dora SET PASSWORD = 'newer', DISABLED = TRUE");
  expect((await failedConnect(sandbox.connectionOptions({ username: 'dora', password: 'newer' }))).code).toBe('390101');
  await run('ALTER USER dora SET DISABLED = FALSE');
  expect(await roleOf({ username: 'dora', password: 'newer' })).toMatchObject({ U: 'DORA' });
  await run('DROP USER dora');
  expect((await failedConnect(sandbox.connectionOptions({ username: 'dora', password: 'newer' }))).code).toBe('390100');
});

test('a password may also be given by IDENTIFIED BY', async () => {
  await run("CREATE USER IF NOT EXISTS edna IDENTIFIED BY 'right' COMMENT = 'old words'");
  expect((await failedConnect(sandbox.connectionOptions({ username: 'edna', password: 'wrong' }))).code).toBe('390100');
  expect(await roleOf({ username: 'edna', password: 'right' })).toMatchObject({ U: 'EDNA' });
});

test('a key that ALTER USER sets signs its user in', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const base64 = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  await run(`CREATE USER robot TYPE = SERVICE RSA_PUBLIC_KEY = '${base64}'`);
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const options = { account: 'acme', username: 'robot', authenticator: 'SNOWFLAKE_JWT', privateKey: pem };
  expect(await roleOf(options)).toMatchObject({ U: 'ROBOT' });
  const { rows } = await run('DESCRIBE USER robot');
  expect(rows.find((row) => row.property === 'RSA_PUBLIC_KEY_FP')?.value).toMatch(/^SHA256:/);
  await run('ALTER USER robot UNSET RSA_PUBLIC_KEY');
  expect((await failedConnect(sandbox.connectionOptions(options))).code).toBe('390144');
  expect(await failure("ALTER USER robot SET RSA_PUBLIC_KEY = 'nonsense'")).toMatchObject({ code: '390244' });
});

test('SHOW USERS and DESCRIBE USER tell what was said of a user', async () => {
  await run("CREATE USER eva EMAIL = 'eva@example.org' COMMENT = 'first' DEFAULT_WAREHOUSE = compute_wh");
  expect((await run("SHOW USERS LIKE 'EVA'")).rows).toMatchObject([
    { name: 'EVA', email: 'eva@example.org', comment: 'first', default_warehouse: 'COMPUTE_WH', has_password: 'false' },
  ]);
  await run('ALTER USER eva UNSET COMMENT');
  await run('ALTER USER eva RENAME TO eve');
  expect((await run("SHOW USERS LIKE 'EV%'")).rows).toMatchObject([{ name: 'EVE', comment: '' }]);
  expect(await failure('CREATE USER eve')).toMatchObject({ code: '002002' });
  expect(await failure('DROP USER nobody')).toMatchObject({ code: '002003' });
});

test('a role without the privilege creates and changes no user', async () => {
  await run('CREATE USER frida');
  await run('USE ROLE sysadmin');
  expect(await failure('CREATE USER grete')).toMatchObject({ code: '003001' });
  expect(await failure("ALTER USER frida SET PASSWORD = 'x'")).toMatchObject({ code: '003001' });
  expect(await failure('DROP USER frida')).toMatchObject({ code: '003001' });
  await run('USE ROLE accountadmin');
});

test('the privilege views of INFORMATION_SCHEMA have a row for each grant and for ownership', async () => {
  for (const sql of ['CREATE DATABASE granted', 'CREATE TABLE granted.public.t (n INT)', 'CREATE ROLE reader'])
    await run(sql);
  await run('GRANT USAGE ON DATABASE granted TO ROLE reader');
  await run('GRANT SELECT ON TABLE granted.public.t TO ROLE reader WITH GRANT OPTION');
  const granted = async (view: string, columns: string) =>
    (
      await run(
        `SELECT grantor, ${columns}, privilege_type, is_grantable FROM granted.information_schema.${view} WHERE grantee = 'READER'`,
      )
    ).rows.map((row) => Object.values(row));
  const named = 'object_catalog, object_schema, object_name, object_type';
  const onDatabase = ['ACCOUNTADMIN', 'GRANTED', null, 'GRANTED', 'DATABASE', 'USAGE', 'NO'];
  expect(await granted('object_privileges', named)).toEqual([
    onDatabase,
    ['ACCOUNTADMIN', 'GRANTED', 'PUBLIC', 'T', 'TABLE', 'SELECT', 'YES'],
  ]);
  expect(await granted('usage_privileges', named)).toEqual([onDatabase]);
  expect(await granted('table_privileges', 'table_catalog, table_schema, table_name')).toEqual([
    ['ACCOUNTADMIN', 'GRANTED', 'PUBLIC', 'T', 'SELECT', 'YES'],
  ]);
  expect(
    (await run("SELECT grantee FROM granted.information_schema.table_privileges WHERE privilege_type = 'OWNERSHIP'"))
      .rows,
  ).toContainEqual({ GRANTEE: 'ACCOUNTADMIN' });
});
