import { expect, test } from 'vitest';
import { connectHelp } from '../../../sandbox/connect-help.ts';

test('the samples name an account and a user that may enter', () => {
  const anybody = connectHelp(8085, 'sandbox', { kind: 'anybody' });
  expect(anybody).toContain('any user and any password may sign in');
  const pair = connectHelp(8085, 'sandbox', { kind: 'pair', user: 'ANN' });
  expect(pair).toContain('only ANN may sign in');
  expect(pair).toContain("username: 'ANN'");
  const listed = connectHelp(8085, 'myorg-acc', { kind: 'listed', file: 'who.toml', users: ['BEN', 'CAT'] });
  expect(listed).toContain('only the users of who.toml may sign in');
  expect(listed.match(/BEN/g)?.length).toBe(4);
  expect(listed.match(/myorg-acc/g)?.length).toBe(4);
});
