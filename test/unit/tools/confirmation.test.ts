import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../daemon/clock.ts';
import { Confirmations } from '../../../daemon/tools/confirmation.ts';

function setUp() {
  let now = 1_000_000;
  const clock: Clock = { ...systemClock, now: () => now };
  const turn = (ms: number) => {
    now += ms;
  };
  const confirmations = new Confirmations({ signingKey: new Uint8Array(32), clock, newId: randomUUID });
  return { confirmations, turn };
}

const call = {
  clientId: 'client-1',
  tool: 'execute_query',
  arguments: { query: 'DELETE FROM t', limit: 1 },
  context: { choices: 0, role: 'R', database: 'D', schema: 'S' },
};
const statement = { kind: 'DELETE', sql: 'DELETE FROM t' };
const canElicit = { elicitation: {} };
const yes = { confirm: { action: 'accept', content: { run: true } } };

describe('a confirmation', () => {
  it('shows the statement and its kind to the person', () => {
    const { confirmations } = setUp();
    const { inputRequests } = confirmations.ask(call, statement, canElicit);
    expect(inputRequests).toMatchObject({
      confirm: {
        method: 'elicitation/create',
        params: { mode: 'form', message: 'May this DELETE statement run in Snowflake?\n\nDELETE FROM t' },
      },
    });
  });

  it('tells where the statement would run, and hides nothing of its text', () => {
    const { confirmations } = setUp();
    const sneaky = { kind: 'DELETE', sql: 'DELETE FROM t --\u202e\u001b[8m\n\tWHERE a', where: 'account A, role R' };
    const { inputRequests } = confirmations.ask(call, sneaky, canElicit);
    expect(inputRequests).toMatchObject({
      confirm: {
        params: {
          message:
            'May this DELETE statement run in Snowflake?\n(account A, role R)\n\nDELETE FROM t --\\u202e\\u001b[8m\n\tWHERE a',
        },
      },
    });
  });

  it('lets no blanks and no great number of lines push a part of the text out of sight', () => {
    const { confirmations } = setUp();
    const messageOf = (sql: string): string => {
      const { inputRequests } = confirmations.ask(call, { kind: 'UPDATE', sql }, canElicit);
      return (inputRequests as { confirm: { params: { message: string } } }).confirm.params.message;
    };
    expect(messageOf(`UPDATE t SET a = 1 WHERE b = 2${'\n'.repeat(3000)}OR TRUE`)).toContain(
      'WHERE b = 2 ⟨3000 line ends⟩\nOR TRUE',
    );
    for (const blank of [' ', '\u00a0', '\u3000', '\u3164', '\u2800'])
      expect(messageOf(`UPDATE t SET a = 1 WHERE b = 2${blank.repeat(900)}OR TRUE`)).toContain(
        'WHERE b = 2 ⟨900 blanks⟩ OR TRUE',
      );
    expect(messageOf(`UPDATE t SET a = 1 WHERE b = 2\n${'-- .\n'.repeat(30)}OR TRUE`)).toContain(
      'run in Snowflake?\nIt has 32 lines; read to the last one.\n\nUPDATE',
    );
    const usual = `UPDATE t\nSET a = 1\n\n\n${' '.repeat(40)}WHERE b = 2`;
    expect(messageOf(usual)).toContain(usual);
  });

  it('is no good where the same text would mean another schema by now', () => {
    const { confirmations } = setUp();
    const { requestState } = confirmations.ask(call, statement, canElicit);
    const elsewhere = { ...call, context: { ...call.context, schema: 'OTHER' } };
    expect(() => confirmations.check(elsewhere, requestState, yes)).toThrow('have changed since');
  });

  it('is good where role and schema were not known yet when the person was asked', () => {
    const { confirmations } = setUp();
    const { requestState } = confirmations.ask({ ...call, context: { choices: 0 } }, statement, canElicit);
    expect(() => confirmations.check(call, requestState, yes)).not.toThrow();
  });

  it('is no good once the client has chosen anything since, though nothing was known when the person was asked', () => {
    const { confirmations } = setUp();
    const { requestState } = confirmations.ask({ ...call, context: { choices: 0 } }, statement, canElicit);
    const since = { ...call, context: { ...call.context, choices: 1 } };
    expect(() => confirmations.check(since, requestState, yes)).toThrow('have changed since');
  });

  it('lets the very call run once', () => {
    const { confirmations } = setUp();
    const { requestState } = confirmations.ask(call, statement, canElicit);
    const sameCall = { ...call, arguments: { limit: 1, query: 'DELETE FROM t' } };
    expect(() => confirmations.check(sameCall, requestState, yes)).not.toThrow();
    expect(() => confirmations.check(sameCall, requestState, yes)).toThrow('used already');
  });

  it('is good for no other client, tool or text', () => {
    const { confirmations } = setUp();
    const { requestState } = confirmations.ask(call, statement, canElicit);
    const others = [
      { ...call, clientId: 'client-2' },
      { ...call, tool: 'sample_table' },
      { ...call, arguments: { ...call.arguments, query: 'DELETE FROM u' } },
    ];
    for (const other of others)
      expect(() => confirmations.check(other, requestState, yes)).toThrow('does not belong to this call');
    expect(() => confirmations.check(call, requestState, yes)).not.toThrow();
  });

  it('cannot be forged, prolonged or made by another daemon', () => {
    const { confirmations } = setUp();
    const [, signature] = confirmations.ask(call, statement, canElicit).requestState.split('.');
    const body = Buffer.from(JSON.stringify({ nonce: 'x', expires: Number.MAX_SAFE_INTEGER })).toString('base64url');
    for (const forged of [`${body}.${signature}`, body, '', '.', 'a.b.c', '{"nonce":"x"}']) {
      expect(() => confirmations.check(call, forged, yes)).toThrow('does not belong to this call');
    }
    const { requestState } = setUp().confirmations.ask(call, statement, canElicit);
    expect(() => confirmations.check(call, requestState, yes)).toThrow('used already or came too late');
  });

  it('comes too late after ten minutes', () => {
    const { confirmations, turn } = setUp();
    const { requestState } = confirmations.ask(call, statement, canElicit);
    turn(10 * 60_000 + 1);
    expect(() => confirmations.check(call, requestState, yes)).toThrow('came too late');
  });

  it.each([
    ['declined', { confirm: { action: 'decline' } }, 'said no'],
    ['accepted without the tick', { confirm: { action: 'accept', content: { run: false } } }, 'said no'],
    ['accepted with nothing', { confirm: { action: 'accept' } }, 'said no'],
    ['cancelled', { confirm: { action: 'cancel' } }, 'gave no answer'],
    ['not answered', undefined, 'gave no answer'],
    ['answered with something else', { confirm: { action: 'accept', content: { run: 'true' } } }, 'gave no answer'],
  ])('is no where it was %s, and is used up', (_name, responses, reason) => {
    const { confirmations } = setUp();
    const { requestState } = confirmations.ask(call, statement, canElicit);
    expect(() => confirmations.check(call, requestState, responses)).toThrow(reason);
    expect(() => confirmations.check(call, requestState, yes)).toThrow('used already');
  });

  it('is not asked of a client that cannot ask its person', () => {
    const { confirmations } = setUp();
    for (const capabilities of [{}, undefined, { elicitation: { url: {} } }, { elicitation: true }]) {
      expect(() => confirmations.ask(call, statement, capabilities)).toThrow('this client cannot ask one');
    }
    expect(() => confirmations.ask(call, statement, { elicitation: { form: {} } })).not.toThrow();
  });

  it('is not asked for a text too long to be shown', () => {
    const { confirmations } = setUp();
    expect(() => confirmations.ask(call, { kind: 'INSERT', sql: 'x'.repeat(20_001) }, canElicit)).toThrow(
      'too many to be shown',
    );
  });
});
