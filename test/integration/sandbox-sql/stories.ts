/**
 * Facts about statements, as short stories: statements of our own making on a rule that a page of Snowflake's
 * documentation states or shows, each with what the account must answer. Every story runs through the real driver, on a
 * session and in a database of its own.
 */
import type { Connection } from 'snowflake-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type DriverError, execute } from '../../support/driver.ts';
import { type Sandbox, startSandbox } from '../../support/sandbox.ts';

export interface Failure {
  readonly code: string;
  readonly sqlState?: string;
  /** A part of the message. */
  readonly says?: string;
  readonly at?: readonly [line: number, pos: number];
}

type Cell = string | number | boolean | null | object;

/** What a statement must answer: its rows in order, the text of a lone cell, or an error. */
export type Expected = readonly (readonly Cell[])[] | string | number | Failure;

/** A statement that must merely succeed, or one with its answer; `on` names another session of the same user. */
export type Step = string | readonly [sql: string, expected: Expected, on?: 'second session'];

export interface Story {
  /** Page of the documentation on which the rule stands. */
  readonly page: string;
  readonly rule: string;
  readonly steps: readonly Step[];
}

/** Holds the stories against one sandbox. `options` go into the driver's connections. */
export function holdStories(
  title: string,
  stories: readonly Story[],
  settings: Parameters<typeof startSandbox>[0] = {},
): void {
  describe(title, () => {
    let sandbox: Sandbox;
    beforeAll(async () => {
      sandbox = await startSandbox(settings);
    });
    afterAll(() => sandbox.stop());

    stories.forEach(({ page, rule, steps }, index) => {
      test(`${rule} (${page})`, async () => {
        const sessions = new Map<string, Connection>();
        try {
          for (const step of steps) {
            const [sql, expected, on = 'first'] = typeof step === 'string' ? [step, undefined] : step;
            const session = sessions.get(on) ?? (await open(sandbox, `STORY_${index}`));
            sessions.set(on, session);
            await tell(session, sql, expected);
          }
        } finally {
          for (const session of sessions.values()) await close(session);
        }
      });
    });
  });
}

async function open(sandbox: Sandbox, database: string): Promise<Connection> {
  const session = await connect(sandbox.connectionOptions());
  await execute(session, `CREATE DATABASE IF NOT EXISTS ${database}`);
  await execute(session, `USE DATABASE ${database}`);
  return session;
}

function close(session: Connection): Promise<void> {
  return new Promise((resolve) => session.destroy(() => resolve()));
}

async function tell(session: Connection, sql: string, expected: Expected | undefined): Promise<void> {
  const isFailure = typeof expected === 'object' && !Array.isArray(expected);
  if (isFailure) {
    const error = await failure(session, sql);
    const { code, sqlState, says, at } = expected as Failure;
    expect.soft(error.code, `${sql}: ${error.message}`).toBe(code);
    if (sqlState !== undefined) expect.soft(error.sqlState, sql).toBe(sqlState);
    if (says !== undefined) expect.soft(error.message, sql).toContain(says);
    if (at !== undefined) expect.soft([error.data?.line, error.data?.pos], sql).toEqual(at);
    return;
  }
  const { rows } = await execute(session, { sqlText: sql, rowMode: 'array' }).catch((error: DriverError) => {
    throw new Error(`${sql}\n${error.code} ${error.message}`, { cause: error });
  });
  if (expected === undefined) return;
  const cells = (rows as unknown as unknown[][]).map((row) => row.map(plain));
  expect.soft(Array.isArray(expected) ? cells : cells[0]?.[0], sql).toEqual(expected);
}

/** Dates as days, as the driver's own type prints by session formats. */
function plain(cell: unknown): unknown {
  return cell instanceof Date ? cell.toISOString().replace('T00:00:00.000Z', '') : cell;
}

async function failure(session: Connection, sql: string): Promise<DriverError> {
  try {
    await execute(session, sql);
  } catch (error) {
    return error as DriverError;
  }
  throw new Error(`succeeded: ${sql}`);
}
