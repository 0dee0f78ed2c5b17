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
  const remove = (token: string) => post(http, `${accessUrl}/session?delete=true&requestId=${randomUUID()}`, token);
  let answer = await remove(tokens.sessionToken);
  for (const ms of retryDelaysMs) {
    if (answer !== undefined) break;
    await delay(ms);
    answer = await remove(tokens.sessionToken);
  }
  if (answer?.code !== sessionTokenExpired) return;
  const renewed = await post(http, `${accessUrl}/session/token-request?requestId=${randomUUID()}`, tokens.masterToken, {
    requestType: 'RENEW',
    oldSessionToken: tokens.sessionToken,
  });
  if (renewed?.data?.sessionToken) await remove(renewed.data.sessionToken);
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
