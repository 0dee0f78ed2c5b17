/** Secrets live in memory: not in the log at its most talkative, not in an error, a status or a file (DESIGN §6). */
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Credentials } from '../../../daemon/config/profile.ts';
import type { PoolsParcel } from '../../../daemon/pool/hand-over.ts';
import { asking, browser, openPools, profileFor, run } from '../../support/pools.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

let sandbox: Sandbox;
const password = 'correct-horse-battery';
const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKeyPem = keys.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pass-of-the-key' })
  .toString();

beforeAll(async () => {
  sandbox = await startSandbox();
  await sandbox.control.setUser({ name: 'PLAIN', password });
  await sandbox.control.setUser({ name: 'PUSHED', password, mfa: { push: 'approve' } });
  await sandbox.control.setUser({ name: 'BROWSED', password });
  await sandbox.control.setUser({
    name: 'KEYED',
    rsa_public_key: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
  await sandbox.control.setUser({ name: 'TOKENED', access_tokens: [{ token: 'pat-of-the-robot' }] });
});
afterAll(() => sandbox.stop());

const ways: readonly (readonly [string, Credentials])[] = [
  ['PLAIN', { kind: 'password', password }],
  ['PUSHED', { kind: 'mfa', password }],
  ['BROWSED', { kind: 'external_browser' }],
  ['KEYED', { kind: 'key_pair', privateKeyPem, passphrase: 'pass-of-the-key' }],
  ['TOKENED', { kind: 'access_token', token: 'pat-of-the-robot' }],
];

test('whatever signs in, works, fails and ends, no secret shows', async () => {
  const shown: string[] = [];
  const stream = new Writable({
    write(line: Buffer, _encoding, done) {
      shown.push(line.toString());
      done();
    },
  });
  const world = openPools({ log: pino({ level: 'trace' }, stream) });
  const errors: unknown[] = [];
  for (const [user, credentials] of ways) {
    const pool = world.pools.attach(profileFor(sandbox, { user, credentials, pool: { minSize: 1 } }));
    const session = await pool.acquire(asking({ prompt: browser(user, password) }));
    await run(session.driver, 'SELECT 1').result;
    errors.push(await run(session.driver, 'SELECT FROM').result.catch((error: unknown) => error));
    await sandbox.control.killSessions({ user });
    errors.push(await run(session.driver, 'SELECT 1').result.catch((error: unknown) => error));
    pool.release(session);
  }
  const wrong = world.pools.attach(profileFor(sandbox, { user: 'PLAIN', password: 'wrong-horse-battery' }));
  errors.push(await wrong.acquire(asking()).catch((error: unknown) => error));
  const files = readdirSync(world.stateDir).map((name) => readFileSync(join(world.stateDir, name), 'utf8'));
  const visible = [...shown, ...files, inspect(errors, { depth: 10 }), JSON.stringify(world.pools.status())].join('\n');

  const parcel = (await world.pools.handOver()) as PoolsParcel;
  const held = parcel.pools.flatMap(({ sessions }) => sessions.map(({ tokens }) => tokens));
  const secrets = [
    password,
    'wrong-horse-battery',
    'pass-of-the-key',
    'pat-of-the-robot',
    'PRIVATE KEY',
    ...held.flatMap(({ sessionToken, masterToken }) => [sessionToken, masterToken]),
    ...parcel.signInTokens.map(({ token }) => token),
  ];
  await world.close();
  expect(secrets.length).toBeGreaterThan(5);
  expect(shown.length).toBeGreaterThan(50);
  const everything = `${visible}\n${shown.join('\n')}`;
  for (const secret of secrets) expect(everything.includes(secret), `shows ${secret.slice(0, 12)}`).toBe(false);
});
