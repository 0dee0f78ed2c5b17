/**
 * Policy `confirm`: a person is asked through MCP elicitation, and the call comes a second time with the answer. The state
 * that travels through the client meanwhile is signed, bound to client, call and expiry, and good for one use (DESIGN §7).
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';
import { withBlanksCounted, withoutHidden } from '../query/display-text.ts';
import type { StatementToConfirm } from './tool.ts';

/** What the state is bound to. */
export interface Confirmable {
  readonly clientId: string;
  readonly tool: string;
  readonly arguments: unknown;
  readonly context: StatementContext;
}

/** What a statement would run with; no role where no session has told it yet. */
export interface StatementContext {
  /** Grows with each change of the client's own: names at run time (`IDENTIFIER($t)`) and secondary roles count, too. */
  readonly choices: number;
  readonly role?: string;
  readonly database?: string;
  readonly schema?: string;
}

export interface ConfirmationRequest {
  readonly inputRequests: unknown;
  readonly requestState: string;
}

/** How long a person may think. */
const validMs = 10 * 60_000;
const mostPending = 1_000;
/** A person can only say yes to what is shown in full. */
const longestShown = 20_000;
const answerKey = 'confirm';
/** Lines that any client shows without scrolling. */
const seenAtOnce = 15;

const stateShape = z.object({ nonce: z.string(), expires: z.number() });
const answerShape = z.object({
  [answerKey]: z.object({
    action: z.enum(['accept', 'decline', 'cancel']),
    content: z.looseObject({ run: z.boolean().optional() }).nullish(),
  }),
});
const capabilitiesShape = z.looseObject({ elicitation: z.looseObject({}) });

export class Confirmations {
  readonly #key: Uint8Array;
  readonly #clock: Clock;
  readonly #newId: () => string;
  /** By nonce: what was asked about and not yet answered. */
  readonly #pending = new Map<string, { readonly expires: number; readonly context: StatementContext }>();

  constructor(options: { readonly signingKey: Uint8Array; readonly clock: Clock; readonly newId: () => string }) {
    this.#key = options.signingKey;
    this.#clock = options.clock;
    this.#newId = options.newId;
  }

  /** Throws SnowpoolError statement_refused where the client's MCP capabilities have no form elicitation. */
  ask(call: Confirmable, statement: StatementToConfirm, capabilities: unknown): ConfirmationRequest {
    if (!canElicit(capabilities)) {
      throw new SnowpoolError(
        'statement_refused',
        `A ${statement.kind} statement needs a person's yes under this connection's policy, and this client cannot ask one (it has no MCP elicitation).`,
        'Use a client with elicitation, or set SNOWPOOL_POLICY=read-write for a connection that may write without asking.',
        { kind: statement.kind },
      );
    }
    if (statement.sql.length > longestShown) {
      throw new SnowpoolError(
        'statement_refused',
        `A ${statement.kind} statement needs a person's yes, and its ${statement.sql.length} characters are too many to be shown (${longestShown} at most).`,
        'Split it into shorter statements.',
        { kind: statement.kind },
      );
    }
    const now = this.#clock.now();
    this.#forgetOld(now);
    const nonce = this.#newId();
    const expires = now + validMs;
    this.#pending.set(nonce, { expires, context: call.context });
    const body = Buffer.from(JSON.stringify({ nonce, expires })).toString('base64url');
    return {
      inputRequests: { [answerKey]: { method: 'elicitation/create', params: question(statement) } },
      requestState: `${body}.${this.#sign(body, call)}`,
    };
  }

  /**
   * Reads the person's answer to an earlier `ask`. Returns where it was yes.
   * Throws SnowpoolError: statement_refused where it was no; invalid_argument for a state that is forged, used, expired, or another call's.
   */
  check(call: Confirmable, requestState: string, inputResponses: unknown): void {
    const [body = '', signature = ''] = requestState.split('.');
    const expected = Buffer.from(this.#sign(body, call));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new SnowpoolError(
        'invalid_argument',
        'The confirmation does not belong to this call.',
        'Call the tool again without it, so that the person is asked.',
      );
    }
    const state = stateShape.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    // Used up whatever the answer is.
    const pending = this.#pending.get(state.nonce);
    this.#pending.delete(state.nonce);
    if (!pending || state.expires < this.#clock.now()) {
      throw new SnowpoolError(
        'invalid_argument',
        'The confirmation was used already or came too late.',
        'Call the tool again, so that the person is asked again.',
      );
    }
    if (!isSameContext(pending.context, call.context)) {
      throw new SnowpoolError(
        'invalid_argument',
        'Role, database, schema or another choice of yours have changed since the person was asked, so the statement was not run.',
        'Call the tool again, so that the person is asked again.',
      );
    }
    const answer = answerShape.safeParse(inputResponses);
    const { action, content } = answer.success
      ? answer.data[answerKey]
      : { action: 'cancel' as const, content: undefined };
    if (action === 'accept' && content?.run === true) return;
    throw new SnowpoolError(
      'statement_refused',
      action === 'cancel'
        ? 'The person gave no answer, so the statement was not run.'
        : 'The person said no, so the statement was not run.',
      'Do not try the same statement again unless the person asks for it.',
    );
  }

  #sign(body: string, call: Confirmable): string {
    const bound = createHash('sha256')
      .update(JSON.stringify([call.clientId, call.tool, canonical(call.arguments)]))
      .digest('hex');
    return createHmac('sha256', this.#key).update(`${body}\n${bound}`).digest('base64url');
  }

  #forgetOld(now: number): void {
    for (const [nonce, { expires }] of this.#pending) {
      if (expires >= now && this.#pending.size < mostPending) return;
      this.#pending.delete(nonce);
    }
  }
}

/** Names may have become known since, where nothing was known then: found out by the first session, and not chosen. */
function isSameContext(then: StatementContext, now: StatementContext): boolean {
  if (then.choices !== now.choices) return false;
  if (then.role === undefined) return true;
  return then.role === now.role && then.database === now.database && then.schema === now.schema;
}

/** MCP: `elicitation: {}` means forms; one that names its modes must name `form`. */
function canElicit(capabilities: unknown): boolean {
  const parsed = capabilitiesShape.safeParse(capabilities);
  if (!parsed.success) return false;
  const modes = Object.keys(parsed.data.elicitation);
  return modes.length === 0 || modes.includes('form');
}

function question({ kind, sql, where }: StatementToConfirm): unknown {
  const place = where === undefined ? '' : `\n(${where})`;
  const shown = withoutHidden(withBlanksCounted(sql));
  const lines = shown.split('\n').length;
  // What counts may stand where nobody scrolls to.
  const length = lines > seenAtOnce ? `\nIt has ${lines} lines; read to the last one.` : '';
  return {
    mode: 'form',
    message: `${withoutHidden(`May this ${kind} statement run in Snowflake?${place}`)}${length}\n\n${shown}`,
    requestedSchema: {
      type: 'object',
      properties: {
        run: {
          type: 'boolean',
          title: 'Run the statement',
          description: `Runs the ${kind} statement once, exactly as shown.`,
          default: false,
        },
      },
      required: ['run'],
    },
  };
}

/** The same value whatever order its members came in. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => [key, canonical(member)]);
}
