import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, startMachine } from '../../support/machine.ts';

let machine: Machine;

beforeAll(() => {
  machine = startMachine();
});
afterAll(() => machine.dispose());

describe('snowpool query', () => {
  const sql = `SELECT 1 AS n, 'a "quoted", text' AS s, NULL AS nothing, '' AS empty,
    12345678901234567890123456789012345678::NUMBER(38,0) AS big, PARSE_JSON('{"a":[1,2]}') AS v, TRUE AS b`;

  it('prints csv with NULL and the empty text apart', async () => {
    const { code, stdout } = await machine.run(['query', '--sandbox', '--format', 'csv', sql]);
    expect(code).toBe(0);
    const [header, row] = stdout.split('\r\n');
    expect(header).toBe('N,S,NOTHING,EMPTY,BIG,V,B');
    expect(row).toMatch(/^1,"a ""quoted"", text",,"",12345678901234567890123456789012345678,/);
  });

  it('prints json with numbers digit for digit', async () => {
    const { stdout } = await machine.run(['query', '--sandbox', '--format', 'json', sql]);
    expect(stdout).toContain('"BIG":12345678901234567890123456789012345678');
    expect(JSON.parse(stdout)).toMatchObject([
      { N: 1, S: 'a "quoted", text', NOTHING: null, EMPTY: '', V: { a: [1, 2] }, B: true },
    ]);
  });

  it('prints ndjson, an object a line', async () => {
    const { stdout } = await machine.run([
      'query',
      '--sandbox',
      '--format',
      'ndjson',
      "SELECT 'x' AS a UNION ALL SELECT 'x'",
    ]);
    expect(stdout).toBe('{"A":"x"}\n{"A":"x"}\n');
  });

  it('prints a table on stdout and its summary on stderr', async () => {
    const { stdout, stderr } = await machine.run(['query', '--sandbox', "SELECT 7 AS n, 'x' AS text"]);
    expect(stdout).toBe('N  TEXT\n───────\n7  x\n');
    expect(stderr).toMatch(/^1 row · .* · query [0-9a-f-]{36}\n$/);
  });

  it('reads the statement from stdin', async () => {
    const { stdout } = await machine.run(['query', '--sandbox', '--format', 'csv', '-'], { input: 'SELECT 5 AS n\n' });
    expect(stdout).toBe('N\r\n5\r\n');
  });

  it('prints no rows as such in each format', async () => {
    const none = 'SELECT 1 AS n WHERE 1 = 0';
    const outputs = await Promise.all(
      ['table', 'csv', 'json', 'ndjson'].map(
        async (format) => (await machine.run(['query', '--sandbox', '--format', format, none])).stdout,
      ),
    );
    expect(outputs).toEqual(['N\n─\n', 'N\r\n', '[]\n', '']);
  });

  it('streams a hundred thousand rows', async () => {
    const { stdout } = await machine.run([
      'query',
      '--sandbox',
      '--format',
      'csv',
      'SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 100000))',
    ]);
    expect(stdout.trim().split('\r\n')).toHaveLength(100_001);
  });

  it('says where a statement is wrong, on stderr, with exit code 1', async () => {
    const { code, stdout, stderr } = await machine.run(['query', '--sandbox', 'SELECT nope']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/line 1/);
    expect(stderr).toContain('At line 1, column 8:\nSELECT nope\n       ^\n');
    expect(stderr).toMatch(/\(Snowflake error 000904, SQLSTATE 42000, query [0-9a-f-]{36}\)\n$/);
  });

  it('names what there is where a statement names what there is not', async () => {
    const { stderr } = await machine.run(['query', '--sandbox', 'USE DATABASE sandbx']);
    expect(stderr).toContain('Did you mean SANDBOX?');
  });

  it('lets no statement, value or error steer the terminal', async () => {
    const sign = '\x1b[31m\u202e';
    const table = await machine.run(['query', '--sandbox', `SELECT '${sign}' AS a`]);
    const failed = await machine.run(['query', '--sandbox', `SELECT '${sign}'::INT`]);
    expect(table.stdout).toContain('�[31m�');
    expect(failed.stderr).toContain("'�[31m�'");
  });

  it("lets no setting and no connection's name steer the terminal", async () => {
    const sign = '\x1b]0;title\x07\u202e';
    const doctor = await machine.run(['doctor', '--sandbox', '--no-sign-in'], { env: { SNOWFLAKE_ROLE: sign } });
    expect(doctor.stdout).toContain('�]0;title��');
    const failed = await machine.run(['query', '--connection', sign, 'SELECT 1']);
    expect(failed.stderr).toContain('�]0;title��');
    for (const character of ['\x1b', '\x07', '\u202e']) expect(doctor.stdout + failed.stderr).not.toContain(character);
  });

  it('takes a statement that begins with a comment', async () => {
    const { stdout } = await machine.run(['query', '-- the answer\nSELECT 42 AS n', '--sandbox', '--format', 'csv']);
    expect(stdout).toBe('N\r\n42\r\n');
  });

  it('refuses a write unless the policy allows it', async () => {
    const write = 'CREATE TEMPORARY TABLE SNOWFLAKE_SAMPLE_DATA.PUBLIC.T (n INT)';
    const { code, stderr } = await machine.run(['query', '--sandbox', write]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/policy/);
  });

  it('says that --policy does not loosen, and nothing where it does what it says', async () => {
    const looser = await machine.run(['query', '--sandbox', '--policy', 'read-write', 'SELECT 1']);
    expect(looser.stderr).toContain(
      'warning: Connection sandbox stays read-only: --policy read-write does not loosen it. SNOWPOOL_POLICY=read-write',
    );
    const same = await machine.run(['query', '--sandbox', '--policy', 'read-only', 'SELECT 1']);
    expect(same.stderr).not.toContain('warning');
  });

  it('ends quietly when nobody reads any more', async () => {
    const child = machine.start([
      'query',
      '--sandbox',
      '--format',
      'csv',
      'SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => 1000000))',
    ]);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
  });

  it('cancels the statement and ends with 130 on Ctrl-C', async () => {
    const child = machine.start(['query', '--sandbox', 'SELECT SYSTEM$WAIT(600)']);
    const running = (wanted: boolean) =>
      machine.statusWhere(
        ({ clients }) =>
          clients.some(({ pid, connections }) => pid === child.pid && connections[0]?.running === 1) === wanted,
      );
    await running(true);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(130);
    await running(false);
  });

  it('names the connections that there are where one is unknown', async () => {
    writeFileSync(join(machine.home, 'connections.toml'), '[dev]\naccount = "a"\nuser = "u"\npassword = "p"\n', {
      mode: 0o600,
    });
    const { code, stderr } = await machine.run(['query', '--connection', 'prod', 'SELECT 1'], {
      env: { SNOWFLAKE_HOME: machine.home },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/prod/);
    expect(stderr).toMatch(/dev/);
  });
});
