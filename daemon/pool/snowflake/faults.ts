import { DriverError } from '../driver.ts';

/** What the driver's services hand to a callback. */
interface SdkError {
  readonly name?: string;
  /** A string when the account said it, a number when the driver did. */
  readonly code?: string | number;
  readonly message?: string;
  readonly sqlState?: string;
  readonly data?: { readonly queryId?: string; readonly line?: unknown; readonly pos?: unknown } | null;
  readonly response?: { readonly statusCode?: number };
  readonly cause?: unknown;
}

/** The account knows the session no more, or its tokens are past renewal (PROTOCOL §2). */
const sessionGoneCodes = new Set(['390104', '390111', '390112', '390113', '390114', '390115']);
/** The driver's own: not connected, disconnected for good. */
const disconnectedCodes = new Set([407001, 407002, 405503]);
/** Cancelled; timed out at the account. */
const abortedCodes = new Set(['000604', '000630']);
/** Refused for the role, an object or the account's name, which other profiles of the same user need not share. */
const profileRefusals = new Set(['390189', '390201', '390400', '390403']);
/** The ID token is past its time: a person signs in once more; the user is not at fault. */
const idTokenCodes = new Set(['390110', '390195']);

/** Errors of a connect that never reached the account. */
const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** How one attempt at a request ended. */
export type Attempt =
  /** The account answered with an error. */
  | 'answered'
  /** No answer, and the request cannot have arrived. */
  | 'not_sent'
  /** No answer, or one from something in between: the request may have arrived. */
  | 'unanswered'
  /** The driver has given the session up. */
  | 'disconnected';

/** Tells from an error of the driver's services how the request ended. */
export function attemptOf(error: unknown): Attempt {
  const { name, code, response, cause } = error as SdkError;
  if (typeof code === 'number' && disconnectedCodes.has(code)) return 'disconnected';
  // Without a code it was no answer of the account's: a proxy's page, a body cut short.
  if (name === 'OperationFailedError') return code ? 'answered' : 'unanswered';
  if (name === 'RequestFailedError') {
    const status = response?.statusCode ?? 503;
    return isPassingStatus(status) ? 'unanswered' : 'answered';
  }
  return neverReached(cause) ? 'not_sent' : 'unanswered';
}

/** What the account said when it would not know the session any more; the driver loses it. */
export interface Farewell {
  readonly code: string;
  readonly message: string;
}

/** A statement's or another session request's error. `mayHaveRun`: an earlier attempt may have reached the account. */
export function statementFault(error: unknown, mayHaveRun: boolean, farewell?: Farewell): DriverError {
  const { code, message, sqlState, data, response } = error as SdkError;
  const attempt = attemptOf(error);
  // A token that the account never gave, or has forgotten, is refused by an HTTP status with the code in the body.
  const text = bodyCode(response) ?? String(code ?? '');
  const details = {
    ...(text === '' ? {} : { code: text }),
    ...(sqlState ? { sqlState } : {}),
    ...(data?.queryId ? { queryId: data.queryId } : {}),
    ...position(message ?? '', data?.line, data?.pos),
  };
  const cause = { cause: slim(error) };
  if (attempt === 'disconnected' || sessionGoneCodes.has(text)) {
    const why = farewell?.message ?? said(error);
    const told = farewell ? { ...details, code: farewell.code } : details;
    return mayHaveRun
      ? new DriverError('connection_lost', `The session ended before the answer came: ${why}`, told, cause)
      : new DriverError('session_gone', `The account no longer knows the session: ${why}`, told, cause);
  }
  if (attempt === 'answered' && text !== '' && typeof code === 'string') {
    return new DriverError(abortedCodes.has(text) ? 'aborted' : 'statement', said(error), details, cause);
  }
  if (attempt === 'not_sent' && !mayHaveRun) {
    const text = `The account could not be reached: ${said(error)}`;
    return new DriverError('session_gone', text, { ...details, isUnreachable: true }, cause);
  }
  return new DriverError('connection_lost', `The connection to the account broke: ${said(error)}`, details, cause);
}

/** A failed login: whose fault it was, and whether it may count as failed at the account. */
export function loginFault(error: unknown): DriverError {
  const { name, code, response } = error as SdkError;
  const cause = { cause: slim(error) };
  if (name === undefined || name === 'Error') {
    // Thrown before any request: an unreadable key, a page that nobody answered.
    return new DriverError('credentials', said(error), { refusal: 'local' }, cause);
  }
  const attempt = attemptOf(error);
  const told = bodyCode(response) ?? String(code ?? '');
  const details = told === '' ? {} : { code: told };
  if (attempt !== 'answered') {
    const isBusy = response?.statusCode === 429;
    const mayHaveArrived = attempt === 'unanswered' && !isBusy;
    const text = `The account could not be reached: ${said(error)}`;
    return new DriverError('transient', text, { ...details, ...(mayHaveArrived ? { mayHaveArrived } : {}) }, cause);
  }
  const text = bodyMessage(response) ?? said(error);
  if (idTokenCodes.has(told)) return new DriverError('credentials', text, { ...details, refusal: 'person' }, cause);
  if (profileRefusals.has(told) || (response && bodyCode(response) === undefined)) {
    return new DriverError('credentials', text, { ...details, refusal: 'profile' }, cause);
  }
  // Codes of sign-ins begin with 39; any other says that the account could not look at it.
  if (!told.startsWith('39')) return new DriverError('transient', text, details, cause);
  return new DriverError('credentials', text, { ...details, refusal: 'user' }, cause);
}

/** 5xx, 408 and 429: something on the way or a busy account; the same request may do later. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

function neverReached(cause: unknown): boolean {
  const { code, syscall } = (cause ?? {}) as { readonly code?: string; readonly syscall?: string };
  return syscall === 'connect' || (code !== undefined && neverSent.has(code));
}

/** What is worth logging of an error of the driver's; it may hold whole answers. */
function slim(error: unknown): Error {
  const { name = 'Error', code, cause } = error as SdkError;
  const inner = (cause as SdkError | undefined)?.code;
  return Object.assign(new Error(said(error)), {
    name,
    ...(code === undefined ? {} : { code }),
    ...(inner ? { inner } : {}),
  });
}

function said(error: unknown): string {
  const { message, response, cause } = error as SdkError;
  if (response?.statusCode !== undefined && response.statusCode !== 200) return `HTTP status ${response.statusCode}.`;
  const inner = (cause as SdkError | undefined)?.code;
  const text = message || String(error);
  return inner && !text.includes(String(inner)) ? `${text} (${inner})` : text;
}

interface Body {
  readonly code?: unknown;
  readonly message?: unknown;
}

function parsedBody(response: SdkError['response']): Body | undefined {
  const body = (response as { readonly body?: unknown } | undefined)?.body;
  if (typeof body === 'object' && body !== null) return body;
  if (typeof body !== 'string') return undefined;
  try {
    return JSON.parse(body) as Body;
  } catch {
    return undefined; // A proxy's page: there is no code in it.
  }
}

function bodyCode(response: SdkError['response']): string | undefined {
  const code = parsedBody(response)?.code;
  return typeof code === 'string' ? code : undefined;
}

function bodyMessage(response: SdkError['response']): string | undefined {
  const message = parsedBody(response)?.message;
  return typeof message === 'string' && message !== '' ? message : undefined;
}

/** The account counts lines from 1 and positions from 0, in `data` or only in the text ("line 1 at position 7"). */
function position(message: string, line: unknown, pos: unknown): { readonly line?: number; readonly column?: number } {
  const found = /line (\d+) at position (\d+)/.exec(message);
  const lineNumber = toCount(line) ?? toCount(found?.[1]);
  const offset = toCount(pos) ?? toCount(found?.[2]);
  if (lineNumber === undefined || lineNumber < 1 || offset === undefined) return {};
  return { line: lineNumber, column: offset + 1 };
}

function toCount(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const count = Number(value);
  return Number.isInteger(count) && count >= 0 ? count : undefined;
}
