/** A session by hand-made requests: what the drivers never send, or never show. */
import { randomUUID } from 'node:crypto';

export interface Envelope {
  readonly status: number;
  readonly success: boolean;
  readonly code: string | null;
  readonly message: string | null;
  readonly data: Readonly<Record<string, unknown>> | null;
}

/** Sends a JSON body and reads the envelope that comes back. */
async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Envelope> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as Omit<Envelope, 'status'>) };
}

/** Signed in by password; each request carries its token. */
export class RawSession {
  private constructor(
    private readonly url: string,
    readonly login: Envelope,
  ) {}

  static async open(url: string, user: string, data: object = {}): Promise<RawSession> {
    const body = { data: { ACCOUNT_NAME: 'sandbox', LOGIN_NAME: user, PASSWORD: 'secret', ...data } };
    return new RawSession(url, await post(`${url}/session/v1/login-request?requestId=${randomUUID()}`, body));
  }

  query(body: object, requestId: string = randomUUID()): Promise<Envelope> {
    return this.post(`/queries/v1/query-request?requestId=${requestId}`, body);
  }

  post(path: string, body: unknown): Promise<Envelope> {
    return post(`${this.url}${path}`, body, this.headers());
  }

  async get(path: string): Promise<Envelope> {
    const response = await fetch(`${this.url}${path}`, { headers: this.headers() });
    return { status: response.status, ...((await response.json()) as Omit<Envelope, 'status'>) };
  }

  headers(): Record<string, string> {
    return { authorization: `Snowflake Token="${String(this.login.data?.token)}"`, accept: 'application/json' };
  }
}
