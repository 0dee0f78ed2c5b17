/** Session and master tokens: signed by this process, so that a token proves itself even when its session is gone. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type TokenKind = 'session' | 'master';

export interface TokenClaims {
  readonly kind: TokenKind;
  readonly sessionId: string;
  /** Counts the issues of one session: fault requests expire all up to a serial. */
  readonly serial: number;
  /** Epoch ms on the sandbox's clock. */
  readonly expiresMs: number;
}

const SHAPE = /^ver:3-hint:(\d{1,20})-([SM])(\d{1,10})\.(\d{1,17})\.([\w-]{43})$/;

/** Makes and reads tokens. They look like Snowflake's (`ver:3-hint:<session>-...`) and hold nothing secret beside the signature. */
export class TokenMint {
  readonly #key = randomBytes(32);

  mint(claims: TokenClaims): string {
    const body = `ver:3-hint:${claims.sessionId}-${claims.kind === 'session' ? 'S' : 'M'}${claims.serial}.${claims.expiresMs}`;
    return `${body}.${this.#sign(body)}`;
  }

  /** The claims of a token that this mint made, expired or not; undefined for anything else. */
  read(token: string): TokenClaims | undefined {
    const match = SHAPE.exec(token);
    if (!match) return undefined;
    const [, sessionId = '', kind, serial, expiresMs, signature = ''] = match;
    const wanted = this.#sign(token.slice(0, token.lastIndexOf('.')));
    if (!timingSafeEqual(Buffer.from(wanted), Buffer.from(signature))) return undefined;
    return {
      kind: kind === 'S' ? 'session' : 'master',
      sessionId,
      serial: Number(serial),
      expiresMs: Number(expiresMs),
    };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}
