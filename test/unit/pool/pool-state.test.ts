import { expect, test } from 'vitest';
import { SnowpoolError } from '../../../daemon/errors.ts';
import { describeState, type PoolFacts } from '../../../daemon/pool/pool-state.ts';

const calm: PoolFacts = {
  isDraining: false,
  users: 1,
  size: 2,
  floor: 2,
  opening: 0,
  failure: undefined,
  unanswered: 0,
  isSilent: true,
};
const failure = (kind: 'final' | 'passing' | 'person') => ({
  kind,
  error: new SnowpoolError('account_unreachable', 'It did not work.', 'Do this.'),
});

test.each([
  ['sessions', {}, 'healthy', '2 sessions are open.', ''],
  [
    'one session and a second on its way',
    { size: 1, opening: 1 },
    'healthy',
    '1 session is open, 1 more on the way.',
    '',
  ],
  ['nothing, nothing wanted', { size: 0, floor: 0 }, 'healthy', 'No session is open; the next call signs in.', ''],
  ['a first sign-in', { size: 0, opening: 1 }, 'starting', 'Signing in.', ''],
  [
    'a person asked',
    { size: 0, opening: 1, isSilent: false },
    'starting',
    'A person is being asked to sign in.',
    'Answer the sign-in page or the push.',
  ],
  [
    'a person to be asked',
    { size: 0, isSilent: false },
    'starting',
    'Nobody has signed in yet; the next call asks for it.',
    'Call a tool, then answer the sign-in page or the push.',
  ],
  ['a refused sign-in', { size: 0, failure: failure('final') }, 'credentials_rejected', 'It did not work.', 'Do this.'],
  ['an account out of reach', { size: 0, failure: failure('passing') }, 'unavailable', 'It did not work.', 'Do this.'],
  [
    'an account out of reach, tried again',
    { size: 0, opening: 1, failure: failure('passing') },
    'unavailable',
    'It did not work.',
    'Do this.',
  ],
  [
    'sessions and a refused sign-in',
    { failure: failure('final') },
    'degraded',
    '2 sessions are open and can be used, but the last sign-in failed: It did not work.',
    'Do this.',
  ],
  [
    'sessions that did not answer',
    { unanswered: 1 },
    'degraded',
    '2 sessions are open, but 1 did not answer the last health check.',
    'Check the network; what does not answer again is replaced.',
  ],
  ['an end', { isDraining: true }, 'draining', 'Its sessions are being closed.', ''],
] as const)('a pool with %s says so in words', (_, facts, state, reason, advice) => {
  expect(describeState({ ...calm, ...facts })).toEqual({ state, reason, advice });
});
