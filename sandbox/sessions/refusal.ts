/** How the protocol side says no: thrown anywhere below a route, turned into an answer by the HTTP server alone. */

/** Fields of the answer's `data` beside the code, as drivers read them. */
export type RefusalData = Readonly<Record<string, unknown>>;

/**
 * A request that is refused with one of Snowflake's codes.
 * `status` stays 200 where Snowflake answers so (drivers read the code only then, PROTOCOL §0); garbage gets a 4xx.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    /** Snowflake's code, a string of digits. */
    readonly code: string,
    message: string,
    readonly data: RefusalData | null = null,
    readonly status = 200,
  ) {
    super(message);
  }
}

/** A request that no driver would send: HTTP `status` (4xx) and code 390400. */
export function badRequest(message: string, status = 400): Refusal {
  return new Refusal('390400', message, null, status);
}

/** Refusals of requests on a session. Codes: PROTOCOL §2; Node renews on 390112 alone, the others end its connection. */
export const sessionRefusals = {
  noAuthorization: () => new Refusal('390101', 'Authorization header not found in the request data.', null, 401),
  /** HTTP 401 beside the code: Node's driver tells a token that was never one by both (ERR_SF_RESPONSE_INVALID_TOKEN). */
  invalidToken: () => new Refusal('390104', 'Session token is invalid. The user must authenticate again.', null, 401),
  gone: () => new Refusal('390111', 'Session no longer exists. New login required to access the service.'),
  sessionTokenExpired: () => new Refusal('390112', 'Your session has expired. Please login again.'),
  masterTokenNotFound: () => new Refusal('390113', 'Master token not found. The user must authenticate again.'),
  masterTokenExpired: () =>
    new Refusal('390114', 'Authentication token has expired. The user must authenticate again.'),
  masterTokenInvalid: () => new Refusal('390115', 'Master token is invalid. The user must authenticate again.'),
} as const;
