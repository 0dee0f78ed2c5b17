import type { FaultInput } from '../../sandbox/faults/fault.ts';
import type { SandboxControl } from '../../test/support/sandbox-control.ts';

const minute = 60_000;

/** A fault that was laid, by its id; or how often one struck by itself. */
type Outcome = { readonly id: number; readonly struck?: never } | { readonly id?: never; readonly struck: number };
type Strike = (control: SandboxControl, user: string) => Promise<Outcome>;

const lay =
  (fault: FaultInput): Strike =>
  async (control) => ({ id: await control.fault(fault) });

const on = (endpoint: NonNullable<FaultInput['endpoints']>[number], action: FaultInput['action'], count = 3): Strike =>
  lay({ action, endpoints: [endpoint], count });

const struck = async (count: Promise<number>): Promise<Outcome> => ({ struck: await count });

/** Everything that can be asked of the control endpoint to go wrong, by name; `user` is the one it is aimed at. */
export const faultKinds: Readonly<Record<string, Strike>> = {
  'session killed': (control, user) => struck(control.killSessions({ user })),
  'session token expired': (control, user) => struck(control.expireTokens({ user })),
  'master token expired': (control, user) => struck(control.expireTokens({ user, tokens: ['session', 'master'] })),
  'clock +10 min': (control) => struck(control.turnClock(10 * minute).then(() => 1)),
  'clock +5 h': (control) => struck(control.turnClock(300 * minute).then(() => 1)),
  'user locked for a moment': (control, user) => struck(control.lockUser(user, 500).then(() => 1)),
  'login: 503': on('login', { kind: 'status', status: 503 }),
  'login: cut': on('login', { kind: 'cut', when: 'before' }),
  'login: latency': on('login', { kind: 'latency', ms: 500 }),
  'login: malformed': on('login', { kind: 'malformed', body: 'truncated' }),
  'query: 500': on('query', { kind: 'status', status: 500 }),
  'query: 503 after it ran': on('query', { kind: 'status', status: 503, handled: true }),
  'query: 429': on('query', { kind: 'status', status: 429, retryAfterSeconds: 1 }),
  'query: cut before it is handled': on('query', { kind: 'cut', when: 'unhandled' }),
  'query: cut before the answer': on('query', { kind: 'cut', when: 'before' }),
  'query: cut during the answer': on('query', { kind: 'cut', when: 'during' }),
  'query: cut after the answer': on('query', { kind: 'cut', when: 'after' }),
  'query: no answer': on('query', { kind: 'hang', handled: true }, 1),
  'query: latency': on('query', { kind: 'latency', ms: 200, jitterMs: 300 }, 20),
  'query: slow answer': on('query', { kind: 'slow', bytesPerSecond: 10_000 }),
  'query: malformed': on('query', { kind: 'malformed', body: 'html' }),
  'query: session killed under it': on('query', { kind: 'kill-session' }),
  'query: tokens expired under it': on('query', { kind: 'expire-tokens', tokens: ['session'] }),
  'query: an error of choice': on('query', { kind: 'error', code: '000610' }),
  'result: cut': on('result', { kind: 'cut', when: 'before' }),
  'chunk: 503': on('chunk', { kind: 'status', status: 503 }),
  'chunk: cut during the answer': on('chunk', { kind: 'cut', when: 'during' }),
  'chunk: slow answer': on('chunk', { kind: 'slow', bytesPerSecond: 200_000 }),
  'monitoring: 503': on('monitoring', { kind: 'status', status: 503 }),
  'abort: cut': on('abort', { kind: 'cut', when: 'before' }),
  'renewal: cut': on('renew', { kind: 'cut', when: 'unhandled' }),
  'renewal: 503': on('renew', { kind: 'status', status: 503 }),
  'close: cut before it is handled': on('close', { kind: 'cut', when: 'unhandled' }),
  'close: 503': on('close', { kind: 'status', status: 503 }),
};
