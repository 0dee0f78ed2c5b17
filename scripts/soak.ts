/**
 * `npm run soak -- [--sandbox] [--minutes N] [--seed N]`: twenty MCP clients on one daemon while everything around them
 * fails; with `--sandbox`, twenty users of the real driver on the sandbox alone. Ends with 1 where an answer was wrong, a
 * call hung, a session leaked, memory grew, a bad credential was tried twice, or a fault never fired.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDaemon } from '../test/support/daemon.ts';
import { connect, execute } from '../test/support/driver.ts';
import { startSandbox } from '../test/support/sandbox.ts';
import { residentBytes } from './bench/stand.ts';
import { Agent } from './soak/agent.ts';
import { Ledger } from './soak/ledger.ts';
import { Random } from './soak/random.ts';
import { soakSandbox } from './soak/sandbox-alone.ts';
import { Weather } from './soak/weather.ts';

const agentCount = 20;
const badCredentials = 2;

interface Arguments {
  readonly minutes: number;
  readonly seed: number;
  readonly isSandboxAlone: boolean;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string' },
      sandbox: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
  if (!(minutes > 0 && minutes <= 240) || !Number.isInteger(seed)) {
    process.stderr.write('soak: allowed are --minutes 0.1 to 240 and --seed with a whole number\n');
    process.exit(2);
  }
  return { minutes, seed, isSandboxAlone: values.sandbox };
}

async function soak(minutes: number, seed: number): Promise<readonly string[]> {
  const random = new Random(seed);
  const ledger = new Ledger();
  const sandbox = await startSandbox({ user: 'SOAK', password: 'right' });
  const daemon = await startDaemon({ environment: { SNOWPOOL_LOG_LEVEL: 'info' } });
  try {
    const own = await connect(sandbox.connectionOptions());
    for (const sql of [
      'CREATE DATABASE SOAK',
      'CREATE SCHEMA SOAK.A',
      'CREATE SCHEMA SOAK.B',
      'CREATE SCHEMA SOAK.C',
      'CREATE TABLE SOAK.PUBLIC.NUMBERS (n NUMBER)',
      `INSERT INTO SOAK.PUBLIC.NUMBERS VALUES ${Array.from({ length: 1000 }, (_, n) => `(${n})`).join(', ')}`,
      'CREATE TABLE SOAK.PUBLIC.LEDGER (id VARCHAR, part NUMBER)',
    ]) {
      await execute(own, sql);
    }
    await new Promise((resolve) => own.destroy(resolve));

    const environment = {
      ...sandbox.environment(),
      SNOWPOOL_POLICY: 'read-write',
      SNOWFLAKE_DATABASE: 'SOAK',
      SNOWFLAKE_SCHEMA: 'PUBLIC',
      SNOWFLAKE_POOL_MAX_SIZE: '8',
      SNOWFLAKE_POOL_HEALTH_CHECK_MINUTES: '0.05',
      HOME: daemon.home,
      SNOWPOOL_SOCKET: daemon.socket,
      SNOWPOOL_STATE_DIR: daemon.stateDir,
    };
    const agents = Array.from(
      { length: agentCount },
      (_, index) => new Agent(index, { random: random.fork(index), ledger, environment }),
    );
    const weather = new Weather(sandbox.control, agents, random.fork(agentCount));
    const end = performance.now() + minutes * 60_000;
    const isOver = () => performance.now() >= end;
    const work = Promise.all(agents.map((agent) => agent.work(isOver)));
    const rejected = Promise.all(
      Array.from({ length: badCredentials }, (_, index) => tryBadCredential(daemon, environment, index, isOver)),
    );

    await sleep(3_000);
    const pause = Math.max(200, (minutes * 60_000 - 8_000) / Math.max(weather.names.length * 2, minutes * 40));
    const memory: number[] = [];
    let pending: string[] = [];
    while (performance.now() < end - 4_000) {
      if (pending.length === 0) pending = shuffled(weather.names, random);
      await weather.strike(pending.pop() ?? '');
      await sleep(pause);
      memory.push(residentBytes(daemon.pid));
    }
    const fired = await weather.fired();
    await sandbox.control.clearFaults();
    await work;
    await rejected;

    for (const [name, count] of fired) {
      process.stdout.write(`  ${String(count).padStart(5)}  ${name}\n`);
      if (count === 0) ledger.wrong(`the fault '${name}' never fired`);
    }
    process.stdout.write(`  answers: ${JSON.stringify(ledger.counts)}\n`);
    for (const [text, count] of ledger.excuses) process.stdout.write(`  ${String(count).padStart(5)}  ${text}\n`);

    const late = await connect(sandbox.connectionOptions());
    const { rows } = await execute(late, 'SELECT id, COUNT(*) AS parts FROM SOAK.PUBLIC.LEDGER GROUP BY id');
    ledger.compare(new Map(rows.map((row) => [String(row.ID), Number(row.PARTS)])));
    await new Promise((resolve) => late.destroy(resolve));

    const observer = await daemon.attach({ name: 'observer', environment });
    const pool = (await observer.status()).pools.find((one) => one.user === 'SOAK');
    process.stdout.write(`  evictions: ${JSON.stringify(pool?.evictions)}\n`);
    observer.close();
    const code = await daemon.stop();
    if (code !== 0) ledger.wrong(`the daemon ended with ${code}`);
    const stats = await sandbox.control.stats();
    const leaked = stats.sessions.open - stats.sessions.unclaimed;
    if (leaked > 0) ledger.wrong(`${leaked} sessions are still open at the account`);
    for (let index = 0; index < badCredentials; index++) {
      const failed = stats.logins.byUser[`BAD${index}`]?.failed ?? 0;
      if (failed !== 1) ledger.wrong(`the bad credential ${index} was tried ${failed} times instead of once`);
    }
    const settled = memory.slice(Math.floor(memory.length / 3));
    const [first = 0, last = 0] = [settled[0], settled.at(-1)];
    process.stdout.write(`  daemon memory: ${mb(first)} MB after a third, ${mb(last)} MB at the end\n`);
    process.stdout.write(
      `  logins: ${stats.logins.tried} tried, ${stats.logins.failed} failed; sessions opened ${stats.sessions.opened}\n`,
    );
    if (last > first * 1.5 + 32 * 1024 * 1024) ledger.wrong('the daemon grew');
    return ledger.problems;
  } finally {
    await daemon.dispose();
    await sandbox.stop();
  }
}

const mb = (bytes: number) => Math.round(bytes / 1024 / 1024);

function shuffled(names: readonly string[], random: Random): string[] {
  const left = [...names];
  return names.map(() => left.splice(random.whole(left.length), 1)[0] ?? '');
}

/** A client with a wrong password that keeps asking. */
async function tryBadCredential(
  daemon: Awaited<ReturnType<typeof startDaemon>>,
  environment: Readonly<Record<string, string>>,
  index: number,
  isOver: () => boolean,
): Promise<void> {
  const client = await daemon.attach({
    name: `bad-${index}`,
    environment: { ...environment, SNOWFLAKE_USER: `BAD${index}`, SNOWFLAKE_PASSWORD: 'wrong' },
  });
  while (!isOver()) {
    await client.tool('execute_query', { query: 'SELECT 1' });
    await sleep(500);
  }
  client.close();
}

const { minutes, seed, isSandboxAlone } = readArguments();
const again = `${isSandboxAlone ? '--sandbox ' : ''}--minutes ${minutes} --seed ${seed}`;
process.stdout.write(`soak: ${agentCount} clients, ${minutes} min, seed ${seed} (replay: npm run soak -- ${again})\n`);
const problems = isSandboxAlone ? await soakSandbox(minutes, new Random(seed)) : await soak(minutes, seed);
for (const problem of problems.slice(0, 40)) process.stdout.write(`PROBLEM ${problem}\n`);
process.stdout.write(problems.length === 0 ? 'soak: nothing went wrong\n' : `soak: ${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);
