import { expect, test } from 'vitest';
import { likePattern } from '../../../../sandbox/sql/show/request.ts';

test.each<[string, string, boolean]>([
  ['t%', 'TABLE', true],
  ['%A_L%', 'TABLE', true],
  ['%A__L%', 'TABLE', false],
  ['_A%', 'table', true],
  ['a.c', 'abc', false],
  ['a.c', 'A.C', true],
  ['a\\_c', 'abc', false],
  ['a\\_c', 'a_c', true],
  ['', '', true],
  ['(', '(', true],
  ['%', 'line\nbreak', true],
])('LIKE %j against %j', (pattern, name, matches) => {
  expect(likePattern(pattern).test(name)).toBe(matches);
});
