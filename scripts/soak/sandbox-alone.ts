/** The sandbox by itself under random faults: many sessions of the real driver, no daemon. `npm run soak -- --sandbox`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../test/support/sandbox.ts';
import type { SandboxControl } from '../../test/support/sandbox-control.ts';
import { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { faultKinds } from './sandbox-faults.ts';
import { Visitor } from './visitor.ts';

const visitorCount = 20;
const strikeEveryMs = 400;
const hour = 3_600_000;

/** Runs for so many minutes and prints how often each fault fired. Resolves with what went wrong. */
export async function soakSandbox(minutes: number, random: Random): Promise<readonly string[]> {
  const ledger = new Ledger();
  const sandbox = await startSandbox();
  const { control } = sandbox;
  try {
    const owner = new Visitor('OWNER', { random, ledger, sandbox });
    await owner.prepare();
    const end = performance.now() + minutes * 60_000;
    const isOver = () => performance.now() >= end;
    const visitors = Array.from(
      { length: visitorCount },
      (_, index) => new Visitor(`V${index}`, { random: random.fork(index), ledger, sandbox }),
    );
    const work = Promise.all(visitors.map((visitor) => visitor.work(isOver)));
    const memory: Promise<number>[] = [];
    const strikes = strike(control, random.fork(visitorCount), isOver, () => memory.push(residentOf(control)));
    const fired = await strikes;
    await control.clearFaults();
    await work;

    for (const [name, count] of fired) {
      process.stdout.write(`  ${String(count).padStart(6)}  ${name}\n`);
      if (count === 0) ledger.wrong(`the fault '${name}' never fired`);
    }
    process.stdout.write(`  answers: ${JSON.stringify(ledger.counts)}\n`);
    // Sessions whose close was lost are the account's to end: it does so when they were idle for four hours.
    await control.turnClock(5 * hour);
    const stats = await control.until(({ sessions }) => sessions.open === 0).catch(() => control.stats());
    if (stats.sessions.open > 0) ledger.wrong(`${stats.sessions.open} sessions are open that nobody uses any more`);
    if (stats.statements.running > 0) ledger.wrong(`${stats.statements.running} statements run for nobody`);
    ledger.compare(await owner.writesFound());
    const left = await owner.tablesFound();
    if (left !== 2) ledger.wrong(`${left} tables are left instead of 2: temporary ones outlived their sessions`);
    process.stdout.write(
      `  sessions: ${JSON.stringify(stats.sessions)}; requests by status: ${JSON.stringify(stats.statuses)}\n`,
    );
    reportMemory(await Promise.all(memory), ledger);
    if (sandbox.stderr() !== '') ledger.wrong(`the sandbox complained: ${sandbox.stderr().slice(0, 500)}`);
  } finally {
    const code = await sandbox.stop();
    if (code !== 0) ledger.wrong(`the sandbox ended with ${code}`);
  }
  return ledger.problems;
}

/** Lays one fault after another, in an order of chance, and resolves with how often each kind fired. */
async function strike(
  control: SandboxControl,
  random: Random,
  isOver: () => boolean,
  onStrike: () => void,
): Promise<ReadonlyMap<string, number>> {
  const fired = new Map(Object.keys(faultKinds).map((name) => [name, 0]));
  const laid = new Map<number, string>();
  let names: string[] = [];
  while (!isOver()) {
    if (names.length === 0) names = Object.keys(faultKinds);
    const [name = ''] = names.splice(random.whole(names.length), 1);
    const outcome = await faultKinds[name]?.(control, `V${random.whole(visitorCount)}`);
    if (outcome?.id !== undefined) laid.set(outcome.id, name);
    else fired.set(name, (fired.get(name) ?? 0) + (outcome?.struck ?? 0));
    onStrike();
    await sleep(strikeEveryMs);
  }
  for (const { id, fired: count } of await control.faults()) {
    const name = laid.get(id);
    if (name !== undefined) fired.set(name, (fired.get(name) ?? 0) + count);
  }
  return fired;
}

async function residentOf(control: SandboxControl): Promise<number> {
  return (await control.stats()).memory.rssBytes;
}

/** Results and history fill up to their bounds first: the middle third is held against the last. */
function reportMemory(resident: readonly number[], ledger: Ledger): void {
  const third = Math.floor(resident.length / 3);
  const [middle, last] = [mean(resident.slice(third, 2 * third)), mean(resident.slice(2 * third))];
  process.stdout.write(`  sandbox memory: ${mb(middle)} MB in the middle third, ${mb(last)} MB in the last\n`);
  if (last > middle * 1.2 + 32 * 1024 * 1024) ledger.wrong('the sandbox grew');
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
const mb = (bytes: number) => Math.round(bytes / 1024 / 1024);
