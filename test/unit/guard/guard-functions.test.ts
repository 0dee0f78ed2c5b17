import { describe, expect, it } from 'vitest';
import { createGuard, type Policy } from '../../../daemon/query/guard/judge.ts';
import { confirm, readOnly, readWrite } from './policies.ts';

const guard = await createGuard();
const verdict = (text: string, policy: Policy): string => guard.judge(text, policy).verdict;

describe('the switch for functions', () => {
  const ai = [
    "SELECT SNOWFLAKE.CORTEX.COMPLETE('m', 'x')",
    "SELECT ai_complete('m', 'x')",
    'SELECT "AI_CLASSIFY"(a, []) FROM t',
    "SELECT CORTEX.SUMMARIZE('x')",
    "SELECT SUMMARIZE('x')",
    "SELECT IDENTIFIER('AI_FILTER')('x')",
    'USE SCHEMA SNOWFLAKE.CORTEX',
    "USE SCHEMA IDENTIFIER('SNOWFLAKE.CORTEX')",
    "USE IDENTIFIER('snowflake.cortex')",
    'USE IDENTIFIER($s)',
    'USE SCHEMA IDENTIFIER($s)',
    "SELECT IDENTIFIER('AI\\137FILTER')('x')",
    'SELECT IDENTIFIER($f)(1)',
    'SELECT $f(1)',
    "SELECT * FROM TABLE(TO_QUERY('SELECT AI_FILTER(1)'))",
    "INSERT INTO t SELECT AI_AGG(a, 'x') FROM t",
  ];
  const own = [
    'SELECT my_udf(1)',
    'SELECT db.public.f(a) FROM t',
    'SELECT * FROM TABLE(my_udtf(1))',
    'SELECT "Count"(1)x, "my f"(1)',
    'SELECT model!PREDICT(a) FROM t',
    'SELECT * FROM TABLE(db.s.p(1))',
    // Named like Snowflake's own, but for the case and the letters.
    'SELECT "abs"(1)',
    'SELECT \uff21\uff22\uff33(1)',
    'SELECT IDENTIFIER(\'"abs"\')(1)',
    'SELECT db."information_schema".f(1)',
    'SELECT "snowflake".core.f(1)',
  ];
  const builtin = [
    'SELECT COUNT(*), "COUNT"(1), LOWER(a)::VARCHAR(10) FROM t AS u (a, b)',
    'WITH c (a, b) AS (SELECT 1, 2), d (x) AS (SELECT 1) SELECT * FROM c, d',
    'SELECT * FROM (VALUES (1)) v (a)',
    'SELECT CAST(a AS DECIMAL(10, 2)) FROM t',
    'SELECT * FROM TABLE(sales.INFORMATION_SCHEMA.QUERY_HISTORY()) q (a, b)',
    'SELECT SUM(a) OVER (PARTITION BY b) FROM t WHERE a IN (1) AND (b) = ANY (SELECT 1)',
  ];

  it.each(ai)('no-ai and builtin refuse %s in every mode', (text) => {
    expect(verdict(text, readWrite)).toBe('allowed');
    for (const functions of ['no-ai', 'builtin'] as const) {
      for (const policy of [readOnly, confirm, readWrite])
        expect(verdict(text, { ...policy, functions })).toBe('refused');
    }
  });

  it.each(own.slice(0, 3).concat(own.slice(4)))('builtin refuses %s, which no-ai and all let pass', (text) => {
    expect(verdict(text, readOnly)).toBe('allowed');
    expect(verdict(text, { ...readOnly, functions: 'no-ai' })).toBe('allowed');
    expect(guard.judge(text, { ...readOnly, functions: 'builtin' }).refusal?.setting).toContain('functions');
  });

  it.each(builtin)('builtin lets %s pass', (text) => {
    expect(guard.judge(text, { ...readOnly, functions: 'builtin' }).refusal?.reason).toBeUndefined();
  });

  it('sees the literals of EXECUTE IMMEDIATE, and lets no text pass that it cannot see', () => {
    const policy: Policy = { ...readWrite, functions: 'no-ai' };
    expect(verdict("EXECUTE IMMEDIATE 'SELECT f(1)'", policy)).toBe('allowed');
    expect(verdict("EXECUTE IMMEDIATE 'SELECT f(1)'", { ...policy, functions: 'builtin' })).toBe('refused');
    for (const text of ["EXECUTE IMMEDIATE 'SELECT AI_COMPLETE(1, 2)'", 'EXECUTE IMMEDIATE $q']) {
      expect(guard.judge(text, policy).refusal?.setting).toBe('policy.functions = "all"');
      expect(verdict(text, readWrite)).toBe('allowed');
    }
    const python =
      'CREATE FUNCTION f(x INT) RETURNS INT LANGUAGE PYTHON HANDLER = $$f$$ AS $$def f():\n  return len(x)$$';
    expect(verdict(python, { ...policy, functions: 'builtin' })).toBe('allowed');
  });

  it('no-ai lets no function or procedure in SQL be made that calls a model', () => {
    const policy: Policy = { ...readWrite, functions: 'no-ai' };
    for (const wrapped of [
      "CREATE FUNCTION f() RETURNS VARCHAR AS $$ AI_COMPLETE('m', 'x') $$",
      "CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS $$ BEGIN SELECT AI_COMPLETE('m', 'x'); END $$",
    ])
      expect(guard.judge(wrapped, policy).refusal?.reason).toContain('an AI function');
    const other = "CREATE FUNCTION f() RETURNS INT LANGUAGE PYTHON HANDLER = 'f' AS $$ def f(): return complete(1) $$";
    expect(verdict(other, policy)).toBe('allowed');
  });

  it.each(['SELECT a AT TIME ZONE f(b) FROM t', 'SELECT a XOR f(b) FROM t'])('builtin sees the call in %s', (text) => {
    expect(verdict(text, { ...readOnly, functions: 'builtin' })).toBe('refused');
  });
});
