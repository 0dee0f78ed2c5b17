import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** What drivers that know object stores only are told about a transfer. */
interface StageInfo {
  readonly locationType: string;
  readonly location: string;
  readonly endPoint: string;
  readonly creds: { readonly GCS_ACCESS_TOKEN?: string };
}

describe('stages for drivers that know object stores only', () => {
  let sandbox: Sandbox;
  let session: RawSession;
  beforeEach(async () => {
    sandbox = await startSandbox();
    session = await onCore();
    await ask('USE SCHEMA SANDBOX.PUBLIC');
    await ask('CREATE STAGE box');
  });
  afterEach(async () => {
    expect(await sandbox.stop()).toBe(0);
  });

  /** As Python's driver 5 signs in for an application that gives its own name. */
  const onCore = () =>
    RawSession.open(sandbox.url, 'ann', { CLIENT_APP_ID: 'Mine', CLIENT_ENVIRONMENT: { CORE_VERSION: '0.1.0' } });
  const ask = async (sqlText: string, asked = session) => {
    const { data, message } = await asked.query({ sqlText });
    expect(message ?? null, sqlText).toBeNull();
    return { ...data, stageInfo: data?.stageInfo as StageInfo, rows: data?.rowset as (string | null)[][] };
  };
  /** Sends a request for an object as it stands: `fetch` would tidy its path. */
  const send = (method: string, path: string, token: string, body = '', headers: Record<string, string> = {}) =>
    new Promise<{ status: number; body: string; headers: Readonly<Record<string, unknown>> }>((resolve, reject) => {
      const { hostname, port } = new URL(sandbox.url);
      const all = { authorization: `Bearer ${token}`, 'content-length': String(Buffer.byteLength(body)), ...headers };
      const sent = request({ hostname, port, method, path, headers: all }, async (answer) => {
        const pieces: Buffer[] = [];
        for await (const piece of answer) pieces.push(piece);
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(pieces).toString(), headers: answer.headers });
      });
      sent.on('error', reject).end(body);
    });
  const target = ({ endPoint, location }: StageInfo) => `${new URL(endPoint).pathname}/${location}`;

  test('a file that is put over HTTP is listed, loaded and given back', async () => {
    const { stageInfo: up } = await ask('PUT file:///home/ann/a.csv @box/sub');
    expect(up).toMatchObject({ locationType: 'GCS', endPoint: `${sandbox.url}/stages` });
    const token = up.creds.GCS_ACCESS_TOKEN ?? '';
    expect((await send('PUT', `${target(up)}a%20b.csv`, token, '1,x\n2,y\n')).status).toBe(200);
    expect((await ask('LIST @box')).rows.map(([name, bytes]) => [name, bytes])).toEqual([['box/sub/a b.csv', '8']]);
    expect((await ask('SELECT $1, $2 FROM @box')).rows).toEqual([
      ['1', 'x'],
      ['2', 'y'],
    ]);

    const got = await ask('GET @box file:///home/ann/down');
    expect(got).toMatchObject({ command: 'DOWNLOAD', src_locations: ['sub/a b.csv'] });
    const key = `${target(got.stageInfo)}sub/a%20b.csv`;
    const down = got.stageInfo.creds.GCS_ACCESS_TOKEN ?? '';
    const answer = await send('GET', key, down, '', { 'accept-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 200, body: '1,x\n2,y\n' });
    const head = await send('HEAD', key, down);
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'content-length': '8' } });
    expect(head.headers['x-goog-meta-sfc-digest']).toBe('3aq5jp8HlFIo0xJqgluCTUA7FK5K9S87tzGlxoCSOms=');
  });

  test('a file that is there already is replaced only where that is wanted', async () => {
    const { stageInfo } = await ask('PUT file:///home/ann/a.csv @box');
    const token = stageInfo.creds.GCS_ACCESS_TOKEN ?? '';
    const put = (body: string, headers: Record<string, string> = {}) =>
      send('PUT', `${target(stageInfo)}a.csv`, token, body, headers);
    const onlyNew = { 'x-goog-if-generation-match': '0' };
    expect((await send('HEAD', `${target(stageInfo)}a.csv`, token)).status).toBe(404);
    expect((await put('first', onlyNew)).status).toBe(200);
    expect((await put('second', onlyNew)).status).toBe(412);
    expect((await ask('SELECT $1 FROM @box')).rows).toEqual([['first']]);
    expect((await put('third')).status).toBe(200);
    expect((await ask('SELECT $1 FROM @box')).rows).toEqual([['third']]);
  });

  test('a token allows its own transfer, below its folder, for an hour', async () => {
    const { stageInfo: up } = await ask('PUT file:///home/ann/a.csv @box/sub');
    const { stageInfo: other } = await ask('PUT file:///home/ann/a.csv @~');
    const token = up.creds.GCS_ACCESS_TOKEN ?? '';
    await send('PUT', `${target(up)}a.csv`, token, 'x');
    const { stageInfo: down } = await ask('GET @box file:///home/ann');
    const readOnly = down.creds.GCS_ACCESS_TOKEN ?? '';

    expect((await send('PUT', `${target(up)}b.csv`, '', 'x')).status).toBe(401);
    expect((await send('PUT', `${target(other)}b.csv`, token, 'x')).status).toBe(401);
    expect((await send('PUT', `${target(down)}b.csv`, readOnly, 'x')).status).toBe(403);
    for (const path of ['..%2fb.csv', '.%2e%2fb.csv', 'a%00b', '%e0%a4%a', 'c%5c..%5cb']) {
      expect((await send('PUT', `${target(up)}${path}`, token, 'x')).status, path).toBe(400);
    }
    expect((await send('PUT', `${target(up)}../../../b.csv`, token, 'x')).status).not.toBe(200);
    expect((await ask('LIST @box')).rows.map(([name]) => name)).toEqual(['box/sub/a.csv']);
    await sandbox.control.turnClock(3_600_001);
    expect((await send('GET', `${target(down)}sub/a.csv`, readOnly)).status).toBe(401);
  });

  test('no link that another driver has put into the folder leads out of it', async () => {
    const asked = await RawSession.open(sandbox.url, 'ann');
    const { stageInfo: own } = await ask('PUT file:///home/ann/a.csv @SANDBOX.PUBLIC.box', asked);
    const outside = mkdtempSync(join(tmpdir(), 'snowpool-outside-'));
    try {
      writeFileSync(join(outside, 'secret'), 'secret');
      mkdirSync(own.location, { recursive: true });
      symlinkSync(outside, join(own.location, 'link'));
      symlinkSync(join(outside, 'secret'), join(own.location, 'file'));
      const { stageInfo } = await ask('PUT file:///home/ann/a.csv @box');
      const token = stageInfo.creds.GCS_ACCESS_TOKEN ?? '';
      for (const path of ['link/secret', 'file'])
        expect((await send('GET', `${target(stageInfo)}${path}`, token)).status, path).toBe(404);
      expect((await send('PUT', `${target(stageInfo)}link/new`, token, 'x')).status).toBe(400);
      expect((await send('PUT', `${target(stageInfo)}link/below/new`, token, 'x')).status).toBe(400);
      expect(readdirSync(outside)).toEqual(['secret']);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  test('a name for which there is no place is refused, and stays so however often it is tried', async () => {
    const { stageInfo } = await ask('PUT file:///home/ann/a.csv @box');
    const token = stageInfo.creds.GCS_ACCESS_TOKEN ?? '';
    const put = async (path: string) => (await send('PUT', `${target(stageInfo)}${path}`, token, 'x')).status;
    expect([await put('folder/a'), await put('file')]).toEqual([200, 200]);
    for (const path of ['folder', 'file/b', 'n'.repeat(300), `${'n'.repeat(300)}/a`])
      expect(await put(path), path).toBe(400);
    expect((await ask('LIST @box')).rows.map(([name]) => name)).toEqual(['box/file', 'box/folder/a']);
  });

  test('other drivers, and older ones of Python, are given a folder', async () => {
    // A small library of the core, which Node's driver and Python's 4 load, makes no difference.
    const beside = { CORE_VERSION: '0.0.1', CORE_FILE_NAME: 'sf_mini_core.node' };
    for (const CLIENT_ENVIRONMENT of [{ OS: 'Linux' }, { OS: 'Linux', ...beside }]) {
      const python = { CLIENT_APP_ID: 'PythonConnector', CLIENT_APP_VERSION: '4.8.1', CLIENT_ENVIRONMENT };
      const asked = await RawSession.open(sandbox.url, 'ann', python);
      const { stageInfo } = await ask('PUT file:///home/ann/a.csv @SANDBOX.PUBLIC.box', asked);
      expect(stageInfo).toMatchObject({ locationType: 'LOCAL_FS', location: expect.stringMatching(/^\//) });
    }
  });
});
