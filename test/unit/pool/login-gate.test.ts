import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Profile } from '../../../daemon/config/profile.ts';
import { CredentialKeys } from '../../../daemon/pool/credential-key.ts';
import { DriverError } from '../../../daemon/pool/driver.ts';
import { LoginGate } from '../../../daemon/pool/login-gate.ts';
import { VerdictBook } from '../../../daemon/pool/verdicts.ts';
import { profileFor } from '../../support/pools.ts';
import { TurnedClock } from '../../support/turned-clock.ts';

let stateDir: string;
const clock = new TurnedClock();
const log = pino({ level: 'silent' });
let nextId = 0;

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'snowpool-state-'));
});
afterEach(() => rmSync(stateDir, { recursive: true, force: true }));

/** The gate of one daemon on the folder that it shares; between its look into the book and its entry there, `pause` passes. */
function open(pause: () => Promise<void>): LoginGate {
  const keys = new CredentialKeys();
  class SlowBook extends VerdictBook {
    override async begin(profile: Profile, isTrusted?: boolean): Promise<string> {
      await pause();
      return super.begin(profile, isTrusted);
    }
  }
  const verdicts = new SlowBook({ stateDir, clock, keys, log, newId: () => String(nextId++) });
  return new LoginGate({ clock, random: () => 0.5, log, verdicts, keys });
}

test('of two daemons that may fail once more between them, at most one tries', async () => {
  const never = new AbortController().signal;
  let tries = 0;
  const fail = async (gate: LoginGate, password: string) => {
    const profile = profileFor({ host: '127.0.0.1', port: 1 }, { user: 'ann', password });
    const login = async () => {
      tries += 1;
      throw new DriverError('credentials', 'Incorrect.', { refusal: 'user', code: '390100' });
    };
    const entered = gate.enter(profile, login, never).catch(() => {});
    // A turn of no length passes at once.
    let isOver = false;
    void entered.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await clock.turn(0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  let arrived = 0;
  let bothArrived = () => {};
  const both = new Promise<void>((resolve) => {
    bothArrived = resolve;
  });
  const pause = async () => {
    arrived += 1;
    // The first two fail one after the other; the next two have looked when neither has begun.
    if (arrived === 4) bothArrived();
    if (arrived > 2) await both;
  };
  const gates = [open(pause), open(pause)] as const;
  await fail(gates[0], 'first');
  await fail(gates[1], 'second');
  expect(tries).toBe(2);
  await Promise.all([fail(gates[0], 'third'), fail(gates[1], 'fourth')]);
  expect(arrived).toBe(4);
  expect(tries).toBeLessThanOrEqual(3);
});
