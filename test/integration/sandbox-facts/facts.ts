/**
 * Facts of Snowflake's documentation: statements of our own making, each on a rule that a page states or shows, with what
 * the account must answer. Run against the real sandbox over its own wire, so that the cells are compared as drivers see them.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawSession } from '../../support/raw-session.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

/** A row's cells in wire encoding; a lone cell stands for a row of one. */
export type Row = readonly (string | null)[] | string | null;

/**
 * Statement, rows, page of the documentation. Rows are compared in order. An object instead of rows tells of an error:
 * code, and part of the message.
 */
export type Fact = readonly [sql: string, expected: readonly Row[] | FactError, page: string];

export interface FactError {
  readonly code: string;
  readonly sqlState?: string;
  readonly message?: string;
}

export interface Answer {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly names: readonly string[];
  readonly types: readonly Readonly<Record<string, unknown>>[];
  readonly error: FactError | undefined;
}

/** A session on a sandbox of its own, with a database and a schema. */
export class FactAccount {
  private constructor(
    private readonly sandbox: Sandbox,
    private readonly session: RawSession,
  ) {}

  static async open(): Promise<FactAccount> {
    const sandbox = await startSandbox();
    const account = new FactAccount(sandbox, await RawSession.open(sandbox.url, 'facts'));
    await account.ask('CREATE DATABASE facts');
    await account.ask("ALTER SESSION SET TIMEZONE = 'America/Los_Angeles'");
    return account;
  }

  async ask(sqlText: string): Promise<Answer> {
    const { success, code, message, data } = await this.session.query({ sqlText });
    if (!success) {
      const error = { code: code ?? '', sqlState: String(data?.sqlState), message: message ?? '' };
      return { rows: [], names: [], types: [], error };
    }
    const types = (data?.rowtype ?? []) as Readonly<Record<string, unknown>>[];
    return {
      rows: (data?.rowset ?? []) as (string | null)[][],
      names: types.map((type) => String(type.name)),
      types,
      error: undefined,
    };
  }

  async close(): Promise<void> {
    expect(await this.sandbox.stop()).toBe(0);
  }
}

/** Registers a test for each fact; `setup` statements run first. */
export function holdFacts(title: string, setup: readonly string[], facts: readonly Fact[]): void {
  describe(title, () => {
    let account: FactAccount;
    beforeAll(async () => {
      account = await FactAccount.open();
      for (const sql of setup) expect((await account.ask(sql)).error, sql).toBeUndefined();
    });
    afterAll(() => account.close());
    for (const [sql, expected, page] of facts) {
      test(`${page}: ${sql}`, async () => {
        const { rows, error } = await account.ask(sql);
        if (!('code' in expected)) {
          expect(error).toBeUndefined();
          expect(rows).toEqual(expected.map((row) => (Array.isArray(row) ? row : [row])));
          return;
        }
        const { message, ...codes } = expected;
        expect(error).toMatchObject(codes);
        if (message !== undefined) expect(error?.message).toContain(message);
      });
    }
  });
}
