import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Machine, startMachine } from '../support/machine.ts';
import { type Connected, connect, generations, type Question, textOf } from '../support/mcp.ts';
import { type Sandbox, startSandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
let machine: Machine;
let client: Connected;
let nextUser = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.stop());

beforeEach(async () => {
  nextUser += 1;
  await sandbox.control.setUser({ name: `BROWSING${nextUser}`, password: 'right', roles: ['PUBLIC'] });
  machine = startMachine({
    env: {
      ...sandbox.environment(),
      SNOWFLAKE_USER: `BROWSING${nextUser}`,
      SNOWFLAKE_PASSWORD: '',
      SNOWFLAKE_AUTH_TYPE: 'external_browser',
      SNOWFLAKE_POOL_CONNECTION_TIMEOUT: '3',
    },
  });
});
afterEach(async () => {
  await client.close();
  await machine.dispose();
});

/** What a person does on the page. */
async function signInAt(url: string): Promise<void> {
  const page = new URL(url);
  const form = new URLSearchParams(page.search);
  form.set('login_name', `BROWSING${nextUser}`);
  form.set('password', 'right');
  await fetch(new URL(page.pathname, page), { method: 'POST', body: form });
}

/** A browser for the machine: notes the page, and signs in there. @returns the environment that leads to it. */
function installBrowser(): Record<string, string> {
  const folder = join(machine.home, 'bin');
  mkdirSync(folder);
  const path = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open');
  writeFileSync(
    path,
    `#!${process.execPath}
    const [url] = process.argv.slice(2);
    require('node:fs').appendFileSync(${JSON.stringify(join(machine.home, 'opened'))}, url + '\\n');
    const page = new URL(url);
    const form = new URLSearchParams(page.search);
    form.set('login_name', 'BROWSING${nextUser}');
    form.set('password', 'right');
    fetch(new URL(page.pathname, page), { method: 'POST', body: form });`,
  );
  chmodSync(path, 0o755);
  return { PATH: `${folder}:${process.env.PATH}`, DISPLAY: ':0' };
}

it('a sign-in opens its page once in the browser of the machine that the front-end runs on', async () => {
  client = await connect(machine, 'v1', { args: [], env: installBrowser() });
  expect(await client.rows('SELECT CURRENT_USER()')).toEqual([[`BROWSING${nextUser}`]]);
  const opened = readFileSync(join(machine.home, 'opened'), 'utf8').trim().split('\n');
  expect(opened).toHaveLength(1);
  expect(client.stderr()).not.toContain(opened[0]);
});

describe.each(generations)('without a browser, a client (%s) that can show links', (generation) => {
  it('asks the person through it and goes on with the call', async () => {
    const questions: Question[] = [];
    client = await connect(machine, generation, {
      args: [],
      async person(question) {
        questions.push(question);
        await signInAt(question.url ?? '');
        return { action: 'accept' };
      },
    });
    expect(await client.rows('SELECT CURRENT_USER()')).toEqual([[`BROWSING${nextUser}`]]);
    expect(questions).toMatchObject([{ mode: 'url', message: expect.stringMatching(/sign in/) }]);
  });

  it('is told where the person declines', async () => {
    client = await connect(machine, generation, { args: [], person: () => ({ action: 'decline' }) });
    const result = await client.call('execute_query', { query: 'SELECT 1' });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/declined/);
  });
});

it('a client that can show nothing finds the link in the answer, and the next call works', async () => {
  client = await connect(machine, 'v1', { args: [] });
  const result = await client.call('execute_query', { query: 'SELECT 1' });
  expect(result.isError).toBe(true);
  const url = /https?:\/\/\S+/.exec(textOf(result))?.[0] ?? '';
  await signInAt(url);
  expect(await client.rows('SELECT CURRENT_USER()')).toEqual([[`BROWSING${nextUser}`]]);
});
