import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpClient } from './sdk.ts';
import type { WireTokens } from './wire.ts';

const sessionTokenExpired = '390112';
const timeoutMs = 5_000;
const retryDelaysMs = [200, 1_000];

interface Envelope {
  readonly success?: boolean;
  readonly code?: string | null;
  readonly data?: { readonly sessionToken?: string } | null;
}

/**
 * Ends a session at the account. The driver's own `destroy` waits behind a renewal, and does nothing once it has given the
 * session up, which would leave it open there for hours; so the request is ours, with the tokens that were seen last. An
 * expired session token is renewed for it. Never rejects; an account that cannot be reached ends the session by itself.
 */
export async function closeAtAccount(http: HttpClient, accessUrl: string, tokens: WireTokens): Promise<void> {
  const renew = (oldSessionToken: string) =>
    post(http, `${accessUrl}/session/token-request?requestId=${randomUUID()}`, tokens.masterToken, {
      requestType: 'RENEW',
      oldSessionToken,
    });
  const remove = (token: string) => post(http, `${accessUrl}/session?delete=true&requestId=${randomUUID()}`, token);
  let { sessionToken } = tokens;
  for (const waitMs of [...retryDelaysMs, undefined]) {
    const answer = await remove(sessionToken);
    if (answer && answer.code !== sessionTokenExpired) return;
    const renewal = answer && (await renew(sessionToken));
    const fresh = renewal?.data?.sessionToken;
    if (fresh) {
      sessionToken = fresh;
      if ((await remove(sessionToken))?.success) return;
    } else if (renewal) return;
    if (waitMs !== undefined) await delay(waitMs);
  }
}

/** Undefined where no answer came. */
function post(
  http: HttpClient,
  url: string,
  token: string,
  json?: Record<string, unknown>,
): Promise<Envelope | undefined> {
  return new Promise((resolve) => {
    http.request({
      method: 'POST',
      url,
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        Authorization: `Snowflake Token="${token}"`,
      },
      timeout: timeoutMs,
      ...(json ? { json } : {}),
      callback: (error, answer, body) => {
        resolve(error || answer?.statusCode !== 200 ? undefined : ((body ?? {}) as Envelope));
      },
    });
  });
}
