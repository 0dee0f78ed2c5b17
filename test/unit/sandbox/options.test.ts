import { expect, test } from 'vitest';
import { readOptions, UsageError } from '../../../sandbox/options.ts';
import { readAccountsFile } from '../../../sandbox/sessions/accounts-file.ts';

test('without arguments any free port, no delays, no control', () => {
  expect(readOptions([], {})).toMatchObject({
    port: 0,
    user: null,
    latencyMs: 0,
    answerWithinMs: 45_000,
    controlToken: null,
  });
  expect(readOptions(['--help'], {})).toBe('help');
});

test.each<[string[], RegExp]>([
  [['extra'], /^Unexpected argument 'extra'/],
  [['--port'], /--port/],
  [['--port', '70000'], /^--port '70000' is not allowed: a whole number from 0 to 65535$/],
  [['--port', 'http'], /^--port 'http' is not allowed/],
  [['--port', '1.5'], /^--port '1\.5' is not allowed/],
  [['--latency-ms', '-1'], /^--latency-ms needs a value, and '-1' is none$/],
  [['--latency-ms=-1'], /^--latency-ms '-1' is not allowed/],
  [['--user', 'ann'], /^--user needs --password beside it$/],
  [['--password', 'x'], /^--password needs --user beside it$/],
  [['--control', ''], /^--control is empty: it needs a value$/],
])('%j is refused in one line that says what is allowed', (args, line) => {
  const refused = () => readOptions(args, {});
  expect(refused).toThrow(UsageError);
  expect(refused).toThrow(line);
});

test('an accounts file that is not there is named', () => {
  expect(() => readAccountsFile('/nowhere.toml')).toThrow(/^--accounts \/nowhere\.toml: there is no such file$/);
  expect(() => readAccountsFile('/')).toThrow(/^--accounts \/: the file cannot be read \(EISDIR\)$/);
});
