/**
 * `npm run bench [-- NAME...]`: the budgets of the design as ratios against baselines of the same run. Exit code 1 where one
 * is exceeded. Machines are noisy: a budget counts as missed when it is missed twice.
 */
import { run as fairTurn } from './fair-turn.ts';
import { run as frontEnd } from './front-end.ts';
import { run as idle } from './idle.ts';
import { run as logins } from './logins.ts';
import { type BenchRow, isWithin } from './row.ts';
import { run as streamMemory } from './stream-memory.ts';
import { run as throughput } from './throughput.ts';
import { run as warmSelect } from './warm-select.ts';

const benches: Readonly<Record<string, () => Promise<BenchRow[]>>> = {
  'front-end': frontEnd,
  'warm-select': warmSelect,
  throughput,
  logins,
  'stream-memory': streamMemory,
  'fair-turn': fairTurn,
  idle,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in benches));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark is named ${unknown.join(', ')}: there are ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}

let missed = 0;
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  let rows = await bench();
  if (!rows.every(isWithin)) rows = await bench();
  for (const row of rows) {
    const ratio =
      row.baseline === undefined ? '' : ` = ${(row.measured / row.baseline).toFixed(2)} x ${row.baseline.toFixed(2)}`;
    const verdict = isWithin(row) ? 'ok    ' : 'MISSED';
    const limit = `${row.budget.op} ${row.budget.value}${row.baseline === undefined ? ` ${row.unit}` : ' x'}`;
    process.stdout.write(
      `${verdict} ${row.what}: ${row.measured.toFixed(2)} ${row.unit}${ratio} (budget ${limit})${row.note ? `; ${row.note}` : ''}\n`,
    );
    if (!isWithin(row)) missed += 1;
  }
}
process.exit(missed > 0 ? 1 : 0);
