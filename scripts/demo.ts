/**
 * `npm start`: three MCP clients share one pool over an embedded account. Every figure that is printed was read from the
 * running programs. Ends by itself with 0, or with 1 where something did not go as the story says.
 */
import { type McpClient, type Stage, setStage, type ToolAnswer } from './demo/stage.ts';

const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
const bold = (text: string) => (isColoured ? `\x1b[1m${text}\x1b[0m` : text);
const dim = (text: string) => (isColoured ? `\x1b[2m${text}\x1b[0m` : text);

const say = (text: string) => process.stdout.write(`${text}\n`);
const title = (text: string) => say(`\n${bold(text)}`);
const indent = (text: string) =>
  text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** The slow question: the busy routes on which one waits longest. */
const question = `
  SELECT a.city || ' to ' || b.city AS route, COUNT(*) AS flights, ROUND(AVG(delay), 1) AS mean_delay,
         MEDIAN(delay) AS median_delay, ROUND(100 * AVG(IFF(delay > 30, 1, 0)), 1) AS percent_over_30_min
  FROM flights
  JOIN airports a ON a.iata = flights.origin
  JOIN airports b ON b.iata = flights.destination
  GROUP BY ALL HAVING COUNT(*) > 4000
  ORDER BY percent_over_30_min DESC`;

async function tell(stage: Stage): Promise<void> {
  title('Three MCP clients attach');
  const [desktop, code, cursor] = await Promise.all([
    stage.client('claude-desktop'),
    stage.client('claude-code'),
    stage.client('cursor'),
  ]);
  const databases = await expectOk(desktop, 'list_databases');
  await Promise.all([expectOk(code, 'list_databases'), expectOk(cursor, 'list_databases')]);
  const counts = await stage.countAtAccount();
  say(`  Each called list_databases. The account counted ${plural(counts.logins, 'login')} for three clients.`);
  say(indent(databases.text));
  say(indent(await stage.poolStatus()));

  title('A question of three million flights, and nobody waits behind it');
  const begun = performance.now();
  let slowMs = 0;
  const slow = expectOk(desktop, 'execute_query', {
    query: question,
    database: 'SANDBOX',
    schema: 'PUBLIC',
    limit: 4,
  }).then((answer) => {
    slowMs = performance.now() - begun;
    return answer;
  });
  // Reported where it is awaited, even if the other client fails first.
  slow.catch(() => {});
  let meanwhile = 0;
  while (slowMs === 0) {
    await expectOk(code, 'execute_query', { query: 'SELECT COUNT(*) FROM SNOWFLAKE_SAMPLE_DATA.TPCH_SF1.REGION' });
    if (slowMs === 0) meanwhile += 1;
  }
  const answer = await slow;
  say(
    `  claude-desktop had its answer after ${(slowMs / 1000).toFixed(1)} s; claude-code had ${plural(meanwhile, 'answer')} meanwhile.`,
  );
  say(indent(answer.text));

  title("One client's USE stays its own");
  await expectOk(cursor, 'execute_query', { query: 'USE SCHEMA SNOWFLAKE_SAMPLE_DATA.TPCH_SF1' });
  const where = { query: 'SELECT CURRENT_DATABASE(), CURRENT_SCHEMA()' };
  for (const client of [cursor, code, desktop]) {
    const [row] = (await expectOk(client, 'execute_query', where)).data.rows as readonly (readonly unknown[])[];
    say(`  ${client.name.padEnd(15)} is in ${row?.map((name) => name ?? '(none)').join('.')}`);
  }

  title('An error that a model can mend');
  const wrong = await cursor.call('execute_query', { query: 'SELECT o_orderkey,\n       o_totalprize\nFROM orders' });
  if (!wrong.isError) throw new Error('a misspelt column was not refused');
  say(indent(wrong.text));

  title('An administrator kills every session; nobody notices');
  const killed = await stage.killSessions();
  const again = await expectOk(cursor, 'execute_query', { query: 'SELECT COUNT(*) AS orders FROM orders' });
  say(`  ${plural(killed, 'session')} killed at the account. cursor's next call, still in its schema:`);
  say(indent(again.text));

  title('pool-status');
  say(indent(await stage.poolStatus()));
  const end = await stage.countAtAccount();
  say(dim(`\n  The account counted ${plural(end.logins, 'login')} in all, ${end.failedLogins} failed.`));
}

async function expectOk(
  client: McpClient,
  tool: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<ToolAnswer> {
  const answer = await client.call(tool, args);
  if (answer.isError) throw new Error(`${client.name}: ${tool} failed: ${answer.text}`);
  return answer;
}

async function main(): Promise<number> {
  say(bold('snowpool: one warm pool of Snowflake sessions for every MCP client on this machine'));
  say(dim('An embedded account, a daemon and three real MCP clients, all in a temporary folder.'));
  const stage = await setStage();
  const leave = (code: number) => void stage.close().then(() => process.exit(code));
  process.once('SIGINT', () => leave(130));
  process.once('SIGTERM', () => leave(143));
  try {
    await tell(stage);
    return 0;
  } finally {
    await stage.close();
    say(dim('  Everything has ended: no process, socket or file is left behind.'));
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
