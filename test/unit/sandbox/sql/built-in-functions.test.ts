import { expect, test } from 'vitest';
import { BUILT_INS } from '../../../../sandbox/sql/built-in/functions.ts';
import { CONTEXT_FUNCTIONS } from '../../../../sandbox/sql/context-functions.ts';
import { SYSTEM_FUNCTIONS } from '../../../../sandbox/sql/system-functions.ts';
import { KNOWN_UNSUPPORTED, RULED, ruleOf } from '../../../../sandbox/sql/translate/functions/registry.ts';
import { TABLE_FUNCTIONS } from '../../../../sandbox/sql/translate/table-functions.ts';

test('the functions that are listed are those that can be called', () => {
  const callable = [...RULED, ...CONTEXT_FUNCTIONS, ...SYSTEM_FUNCTIONS, ...TABLE_FUNCTIONS];
  expect([...BUILT_INS.keys()]).toEqual(callable.filter((name) => !KNOWN_UNSUPPORTED.has(name)).sort());
});

test('every function is listed with a number of arguments that it takes, and a description', () => {
  for (const { name, signatures, minArguments, maxArguments, description } of BUILT_INS.values()) {
    expect(signatures, name).toMatch(/^[\w$]+\([\w$(), .]*\) RETURN \w/);
    expect(description, name).toMatch(/^\S.+\.$/);
    const rule = ruleOf(name);
    if (!rule) continue;
    expect(minArguments, name).toBeGreaterThanOrEqual(rule.min);
    expect(maxArguments ?? rule.max, name).toBeLessThanOrEqual(rule.max);
  }
});
