import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenize } from '../../../../sandbox/sql/lexer.ts';

const part = fc.constantFrom('a', ' ', '\n', "''", '\\\\', "\\'", '"', '--', '/*', '$$', 'é', '\\n');

test('texts end at their own quote, whatever doubled quotes and backslashes stand in them and around them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(part), { minLength: 1, maxLength: 6 }), (texts) => {
      const written = texts.map((parts) => `'${parts.join('')}'`);
      const tokens = tokenize(`SELECT ${written.join(' , ')} AS x`);
      expect(tokens.filter(({ kind }) => kind === 'string').map(({ text }) => text)).toEqual(written);
      expect(tokens.filter(({ kind }) => kind === 'word').map(({ value }) => value)).toEqual(['SELECT', 'AS', 'X']);
    }),
  );
});

test('a text without its end is unexpected at its quote', () => {
  for (const text of ["SELECT 'a", "SELECT 'a\\", "SELECT 'a\\'", "SELECT 'a''"]) {
    expect(() => tokenize(text)).toThrow("position 7 unexpected '''");
  }
});

test('many long texts of doubled quotes and backslashes are read in time that grows with their length', () => {
  const long = `'${"x''".repeat(200_000)}${'\\\\'.repeat(100_000)}'`;
  const tokens = tokenize(`${Array.from({ length: 60_000 }, () => "'x'").join(',')}, ${long}`);
  expect(tokens.at(-2)?.value).toHaveLength(500_000);
}, 20_000);
