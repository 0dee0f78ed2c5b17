import { expect, it } from 'vitest';
import type { Policy } from '../../../daemon/config/profile.ts';
import { createGuard } from '../../../daemon/query/guard/judge.ts';
import { rememberJudgements } from '../../../daemon/query/remembered-judgements.ts';

const policy = (over: Partial<Policy> = {}): Policy => ({
  mode: 'read-only',
  allow: [],
  deny: [],
  functions: 'all',
  ...over,
});

it('judges a text anew under another policy and for another database, and remembers no long one', async () => {
  const asked: string[] = [];
  const guard = await createGuard();
  const remembered = rememberJudgements({
    judge(sql, under, database) {
      asked.push(sql.slice(0, 20));
      return guard.judge(sql, under, database);
    },
  });
  const readOnly = policy();
  const readWrite = policy({ mode: 'read-write' });
  for (let time = 0; time < 2; time++) {
    expect(remembered.judge('DELETE FROM T', readOnly).verdict).toBe('refused');
    expect(remembered.judge('DELETE FROM T', readWrite).verdict).toBe('allowed');
  }
  expect(asked).toEqual(['DELETE FROM T', 'DELETE FROM T']);

  const denying = policy({ deny: ['database:SECRET'] });
  for (let time = 0; time < 2; time++) {
    expect(remembered.judge('SELECT * FROM S.T', denying, 'SECRET').verdict).toBe('refused');
    expect(remembered.judge('SELECT * FROM S.T', denying, 'OPEN').verdict).toBe('allowed');
  }
  expect(asked).toHaveLength(4);

  const long = `SELECT '${'x'.repeat(3_000)}'`;
  remembered.judge(long, readOnly);
  remembered.judge(long, readOnly);
  expect(asked).toHaveLength(6);
});

it('forgets the text that was asked least lately', async () => {
  let asked = 0;
  const guard = await createGuard();
  const remembered = rememberJudgements({
    judge(sql, under, database) {
      asked += 1;
      return guard.judge(sql, under, database);
    },
  });
  const readOnly = policy();
  for (let number = 0; number < 200; number++) remembered.judge(`SELECT ${number}`, readOnly);
  remembered.judge('SELECT 0', readOnly);
  expect(asked).toBe(200);
  remembered.judge('SELECT 200', readOnly);
  remembered.judge('SELECT 0', readOnly);
  expect(asked).toBe(201);
  remembered.judge('SELECT 1', readOnly);
  expect(asked).toBe(202);
});
