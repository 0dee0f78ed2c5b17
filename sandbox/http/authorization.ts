/** Reads the token of a request. */
import { sessionRefusals } from '../sessions/refusal.ts';
import type { Exchange } from './exchange.ts';

const SNOWFLAKE_TOKEN = /^Snowflake Token="([^"]*)"$/;

/** The token of `Authorization: Snowflake Token="..."`. Throws 390101 (HTTP 401) where there is no such header. */
export function tokenOf(exchange: Exchange): string {
  const token = SNOWFLAKE_TOKEN.exec(exchange.header('authorization') ?? '')?.[1];
  if (token === undefined) throw sessionRefusals.noAuthorization();
  return token;
}
