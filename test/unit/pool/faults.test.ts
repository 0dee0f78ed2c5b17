import { expect, test } from 'vitest';
import { loginFault, statementFault } from '../../../daemon/pool/snowflake/faults.ts';

const answered = (code: string, message: string, data: object = {}) => ({
  name: 'OperationFailedError',
  code,
  message,
  data,
});
const status = (statusCode: number, body?: unknown) => ({
  name: 'RequestFailedError',
  code: 401002,
  message: '',
  response: { statusCode, body },
});
const network = (code: string, syscall?: string) => ({
  name: 'NetworkError',
  code: 401001,
  message: '',
  cause: { code, syscall, message: code },
});

test.each([
  [
    'a wrong password',
    answered('390100', 'Incorrect'),
    { fault: 'credentials', details: { refusal: 'user', code: '390100' } },
  ],
  ['a locked user', answered('390102', 'locked'), { fault: 'credentials', details: { refusal: 'user' } }],
  ['a network policy', answered('390422', 'IP'), { fault: 'credentials', details: { refusal: 'user' } }],
  ['an unknown role', answered('390189', 'Role'), { fault: 'credentials', details: { refusal: 'profile' } }],
  ['an account that is not there', status(403), { fault: 'credentials', details: { refusal: 'profile' } }],
  [
    'a code in a 401',
    status(401, '{"code":"390100","message":"no"}'),
    { fault: 'credentials', message: 'no', details: { refusal: 'user', code: '390100' } },
  ],
  [
    'an ID token past its time',
    answered('390110', 'expired'),
    { fault: 'credentials', details: { refusal: 'person' } },
  ],
  ['an unreadable key', new Error('bad decrypt'), { fault: 'credentials', details: { refusal: 'local' } }],
  ['too many requests', answered('000610', 'busy'), { fault: 'transient' }],
  ['a 503', status(503), { fault: 'transient', details: { mayHaveArrived: true } }],
  ['a proxy’s page', answered('', ''), { fault: 'transient', details: { mayHaveArrived: true } }],
  ['a reset', network('ECONNRESET'), { fault: 'transient', details: { mayHaveArrived: true } }],
])('a login that meets %s', (_, error, expected) => {
  expect(loginFault(error)).toMatchObject(expected);
});

test.each([
  ['a refused connection', network('ECONNREFUSED', 'connect')],
  ['an unknown host', network('ENOTFOUND', 'getaddrinfo')],
  ['a busy account', status(429)],
])('a login that meets %s cannot have counted', (_, error) => {
  const fault = loginFault(error);
  expect(fault.fault).toBe('transient');
  expect(fault.details.mayHaveArrived).toBeUndefined();
});

test.each([
  ['an SQL error', answered('002003', 'missing'), false, 'statement'],
  ['a cancellation', answered('000604', 'canceled'), false, 'aborted'],
  ['a timeout at the account', answered('000630', 'timeout'), false, 'aborted'],
  ['a session that is gone', answered('390111', 'gone'), false, 'session_gone'],
  ['a token that the account does not know', status(401, '{"code":"390104","message":"no"}'), false, 'session_gone'],
  ['a session that is gone after an attempt without an answer', answered('390111', 'gone'), true, 'connection_lost'],
  ['a driver that has given up', { name: 'ClientError', code: 407002, message: 'terminated' }, false, 'session_gone'],
  ['a connection never made', network('ECONNREFUSED', 'connect'), false, 'session_gone'],
  ['a reset', network('ECONNRESET'), true, 'connection_lost'],
  ['a 503', status(503), true, 'connection_lost'],
] as const)('a statement that meets %s', (_, error, mayHaveRun, fault) => {
  expect(statementFault(error, mayHaveRun).fault).toBe(fault);
});

test('an account that cannot be reached says nothing of the session', () => {
  expect(statementFault(network('ENOTFOUND', 'getaddrinfo'), false).details.isUnreachable).toBe(true);
  expect(statementFault(answered('390111', 'gone'), false).details.isUnreachable).toBeUndefined();
});

test('line and column count from one, from the data or from the text', () => {
  expect(statementFault(answered('001003', 'x', { line: 2, pos: 0 }), false).details).toMatchObject({
    line: 2,
    column: 1,
  });
  const told = answered('001003', 'syntax error line 3 at position 7 unexpected');
  expect(statementFault(told, false).details).toMatchObject({ line: 3, column: 8 });
  const unknown = statementFault(answered('100038', 'x', { line: -1, pos: -1 }), false).details;
  expect(unknown.line).toBeUndefined();
});
