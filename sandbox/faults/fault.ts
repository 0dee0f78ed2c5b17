/** What can be made to go wrong, as a control request asks for it. The page for users: docs/sandbox-control.md. */
import { z } from 'zod';
import { DRIVER_ENDPOINTS } from '../http/exchange.ts';

const actionSchema = z.discriminatedUnion('kind', [
  /** Waits before the request is handled. */
  z.strictObject({ kind: z.literal('latency'), ms: z.number().min(0), jitterMs: z.number().min(0).default(0) }),
  /** Answers with an HTTP status; the request is not handled unless `handled`. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.number().int().min(400).max(599),
    retryAfterSeconds: z.number().min(0).optional(),
    handled: z.boolean().default(false),
  }),
  /** Answers HTTP 200 with one of Snowflake's codes; the request is not handled. */
  z.strictObject({
    kind: z.literal('error'),
    code: z.string().regex(/^\d{6}$/),
    message: z.string().default('An error that the sandbox was asked for.'),
    sqlState: z.string().length(5).default('XX000'),
  }),
  /** Cuts the connection: the request not handled, handled but not answered, half answered, or right after the answer. */
  z.strictObject({
    kind: z.literal('cut'),
    when: z.enum(['unhandled', 'before', 'during', 'after']).default('before'),
  }),
  /** Never answers; the request is handled first if `handled`. */
  z.strictObject({ kind: z.literal('hang'), handled: z.boolean().default(false) }),
  /** The answer trickles. */
  z.strictObject({ kind: z.literal('slow'), bytesPerSecond: z.number().int().positive() }),
  /** The answer's body is spoilt, its status stays. */
  z.strictObject({
    kind: z.literal('malformed'),
    body: z.enum(['truncated', 'html', 'empty', 'no-data']).default('truncated'),
  }),
  /** Ends the request's session as an administrator would, then handles the request. */
  z.strictObject({ kind: z.literal('kill-session') }),
  /** Lets the session's tokens expire, then handles the request. */
  z.strictObject({ kind: z.literal('expire-tokens'), tokens: z.array(z.enum(['session', 'master'])).min(1) }),
]);

export const faultSchema = z.strictObject({
  action: actionSchema,
  /** Only these endpoints. Absent: all that drivers use; control requests never fail. */
  endpoints: z.array(z.enum(DRIVER_ENDPOINTS)).min(1).optional(),
  user: z.string().min(1).optional(),
  sessionId: z.string().min(1).optional(),
  /** Only requests whose SQL text contains this, without regard to case. */
  sqlContains: z.string().min(1).optional(),
  /** Lets the first so many requests pass that it would have met. */
  after: z.number().int().min(0).default(0),
  /** Fires so often, then never again. Absent: until it is taken away. */
  count: z.number().int().positive().optional(),
  /** Fires on this share of the requests that it meets. */
  probability: z.number().min(0).max(1).default(1),
  /** Makes the choice by probability repeatable. */
  seed: z.number().int().optional(),
});

export type FaultAction = z.output<typeof actionSchema>;
export type FaultSettings = z.output<typeof faultSchema>;
export type FaultInput = z.input<typeof faultSchema>;

/** How an answer is put on the wire. */
export type Delivery =
  | { readonly kind: 'cut'; readonly when: 'during' | 'after' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };
