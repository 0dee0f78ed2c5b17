import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { root } from '../../test/support/root.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** A call that has not come back by then hangs. Far above every wait that the daemon promises. */
const hangsAfterMs = 90_000;

/** Errors that a client may be told while everything around it fails; anything else is a wrong answer. */
const honest =
  /\b(session_lost|outcome_unknown|account_unreachable|pool_exhausted|deadline_exceeded|cancelled|statement_failed)\b/;

interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly rows: readonly (readonly unknown[])[];
}

/** What an agent believes of its own context; the account must agree whenever it answers. */
interface Belief {
  schema: string | undefined;
  timezone: string | undefined;
  variable: number | undefined;
}

/**
 * One MCP client with a real front-end, doing what agents do and checking every answer against what it must be. Its
 * front-end can be killed at any moment; it then starts a new one, with a context of its own from the start.
 */
export class Agent {
  private client: Client | undefined;
  private transport: StdioClientTransport | undefined;
  private belief: Belief = { schema: undefined, timezone: undefined, variable: undefined };
  private isKilled = false;
  private serial = 0;
  /** How each context statement of this front-end ended, newest last: told with a wrong answer. */
  private history: string[] = [];

  constructor(
    readonly index: number,
    private readonly options: {
      readonly random: Random;
      readonly ledger: Ledger;
      readonly environment: Readonly<Record<string, string>>;
    },
  ) {}

  /** Works until `isOver`; a problem goes to the ledger and the agent goes on. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.act();
      } catch (error) {
        if (!this.isKilled) {
          this.options.ledger.wrong(`agent ${this.index}: ${error instanceof Error ? error.message : error}`);
        }
        await this.leave();
      }
    }
    await this.leave();
  }

  /** Kills its front-end as a crash would. True where there was one. */
  kill(): boolean {
    const pid = this.transport?.pid;
    if (pid === undefined || pid === null) return false;
    this.isKilled = true;
    process.kill(pid, 'SIGKILL');
    return true;
  }

  private async act(): Promise<void> {
    const { random } = this.options;
    if (!this.client) await this.attach();
    const chance = random.next();
    if (chance < 0.35) await this.computes();
    else if (chance < 0.5) await this.readsTable();
    else if (chance < 0.6) await this.usesSchema();
    else if (chance < 0.68) await this.setsTimezone();
    else if (chance < 0.76) await this.setsVariable();
    else if (chance < 0.88) await this.checksContext();
    else if (chance < 0.94) await this.writesInTransaction();
    else if (chance < 0.97) await this.writesAlone();
    else await this.cancels();
  }

  private async attach(): Promise<void> {
    this.isKilled = false;
    this.belief = { schema: undefined, timezone: undefined, variable: undefined };
    this.history = [];
    this.transport = new StdioClientTransport({
      command: process.execPath,
      args: [join(root, 'dist', 'snowpool.cjs'), 'mcp'],
      env: { PATH: process.env.PATH ?? '', ...this.options.environment },
      stderr: 'ignore',
    });
    this.client = new Client({ name: `soak-${this.index}`, version: '1' });
    await this.client.connect(this.transport);
  }

  private async leave(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.close().catch(() => {
      // A killed front-end cannot be closed again.
    });
  }

  private async run(query: string, signal?: AbortSignal): Promise<Answer> {
    if (!this.client) throw new Error('not attached');
    const result = await this.client.callTool({ name: 'execute_query', arguments: { query } }, undefined, {
      timeout: hangsAfterMs,
      ...(signal ? { signal } : {}),
    });
    const text = (result.content as readonly { readonly text?: string }[]).map((part) => part.text ?? '').join('\n');
    const data = result.structuredContent as { readonly rows?: readonly (readonly unknown[])[] } | undefined;
    this.options.ledger.answered(result.isError === true ? (honest.exec(text)?.[1] ?? 'other') : 'done');
    if (result.isError === true) this.options.ledger.excused(text);
    if (result.isError === true && !honest.test(text)) throw new Error(`an error that no client should see: ${text}`);
    return { isError: result.isError === true, text, rows: data?.rows ?? [] };
  }

  /** Runs a query and compares its first row. An honest error is no wrong answer. */
  private async expect(query: string, row: readonly unknown[]): Promise<boolean> {
    const answer = await this.run(query);
    if (answer.isError) return false;
    const got = JSON.stringify(answer.rows[0]?.map((cell) => (cell === null ? null : String(cell))));
    const wanted = JSON.stringify(row.map((cell) => (cell === null ? null : String(cell))));
    if (got !== wanted) {
      throw new Error(`${query} answered ${got} instead of ${wanted}; before: ${this.history.slice(-6).join(' | ')}`);
    }
    return true;
  }

  private async computes(): Promise<void> {
    const [a, b] = [this.options.random.whole(1_000_000), this.options.random.whole(1_000_000)];
    await this.expect(`SELECT ${a} + ${b}, '${this.index}'`, [a + b, this.index]);
  }

  private async readsTable(): Promise<void> {
    const below = this.options.random.whole(1000) + 1;
    await this.expect(`SELECT COUNT(*), SUM(n) FROM SOAK.PUBLIC.NUMBERS WHERE n < ${below}`, [
      below,
      (below * (below - 1)) / 2,
    ]);
  }

  private async usesSchema(): Promise<void> {
    const schema = this.options.random.pick(['A', 'B', 'C']);
    await this.changes(`USE SCHEMA SOAK.${schema}`, (done) => {
      this.belief.schema = done ? schema : undefined;
    });
  }

  private async setsTimezone(): Promise<void> {
    const timezone = this.options.random.pick(['UTC', 'Europe/Berlin', 'Asia/Tokyo', 'America/New_York']);
    await this.changes(`ALTER SESSION SET TIMEZONE = '${timezone}'`, (done) => {
      this.belief.timezone = done ? timezone : undefined;
    });
  }

  private async setsVariable(): Promise<void> {
    const value = this.options.random.whole(1_000_000);
    await this.changes(`SET mine = ${value}`, (done) => {
      this.belief.variable = done ? value : undefined;
    });
  }

  /** A statement that was cut short (time limit, cancelled) may have taken effect: then nothing is believed any more. */
  private async changes(statement: string, believe: (isDone: boolean) => void): Promise<void> {
    const answer = await this.run(statement);
    this.history.push(`${statement}: ${answer.isError ? answer.text.split('\n')[0] : 'done'}`);
    if (!answer.isError) believe(true);
    else if (/deadline_exceeded|cancelled|outcome_unknown/.test(answer.text)) believe(false);
  }

  private async checksContext(): Promise<void> {
    const { schema, timezone, variable } = this.belief;
    if (schema !== undefined) await this.expect('SELECT CURRENT_SCHEMA()', [schema]);
    if (variable !== undefined) await this.expect('SELECT $mine', [variable]);
    if (timezone !== undefined) {
      const offsets: Readonly<Record<string, string>> = {
        UTC: '00',
        'Europe/Berlin': '01',
        'Asia/Tokyo': '09',
        'America/New_York': '-5',
      };
      const hour = `SELECT TO_CHAR('2024-01-01 12:00:00 +0000'::TIMESTAMP_TZ::TIMESTAMP_LTZ, 'HH24')`;
      const local = (12 + Number(offsets[timezone]) + 24) % 24;
      await this.expect(hour, [String(local).padStart(2, '0')]);
    }
  }

  /** BEGIN, two inserts, COMMIT or ROLLBACK: all or nothing, whatever happens in between. */
  private async writesInTransaction(): Promise<void> {
    const { ledger, random } = this.options;
    const id = this.nextId();
    const insert = (part: number) => this.run(`INSERT INTO SOAK.PUBLIC.LEDGER VALUES ('${id}', ${part})`);
    ledger.begins(id, 2);
    if ((await this.run('BEGIN')).isError) return ledger.settles(id, 'nothing');
    for (const part of [1, 2]) {
      const answer = await insert(part);
      if (answer.isError) {
        // The transaction is gone or its state unknown: rolling back is right in both cases.
        await this.run('ROLLBACK');
        return ledger.settles(id, 'nothing');
      }
    }
    const isCommit = random.next() < 0.7;
    const answer = await this.run(isCommit ? 'COMMIT' : 'ROLLBACK');
    if (!isCommit) return ledger.settles(id, 'nothing');
    ledger.settles(id, answer.isError ? (answer.text.includes('session_lost') ? 'nothing' : 'unknown') : 'all');
  }

  private async writesAlone(): Promise<void> {
    const { ledger } = this.options;
    const id = this.nextId();
    ledger.begins(id, 1);
    const answer = await this.run(`INSERT INTO SOAK.PUBLIC.LEDGER VALUES ('${id}', 1)`);
    if (!answer.isError) ledger.settles(id, 'all');
    else ledger.settles(id, /session_lost|pool_exhausted/.test(answer.text) ? 'nothing' : 'unknown');
  }

  private async cancels(): Promise<void> {
    const abort = new AbortController();
    const call = this.run('SELECT SYSTEM$WAIT(20)', abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) throw error;
    });
    setTimeout(() => abort.abort(), 50 + this.options.random.whole(300));
    await call;
    this.options.ledger.answered('cancelled');
  }

  private nextId(): string {
    this.serial += 1;
    return `${this.index}-${process.pid}-${this.serial}-${this.options.random.whole(1e9)}`;
  }
}
