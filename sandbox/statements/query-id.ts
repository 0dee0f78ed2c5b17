/** Query ids in Snowflake's shape: 8-4-4-4-12 hex digits that begin with the time (drivers insist on it, PROTOCOL §1). */
import { randomBytes } from 'node:crypto';

/** Makes ids that are unique in this process and sort by time (minutes first). */
export class QueryIds {
  readonly #account = randomBytes(2).toString('hex');
  #count = 0;

  next(nowMs: number): string {
    this.#count += 1;
    const minutes = Math.floor(nowMs / 60_000)
      .toString(16)
      .padStart(6, '0')
      .slice(-6);
    const millis = (nowMs % 60_000).toString(16).padStart(4, '0');
    const counter = this.#count.toString(16).padStart(12, '0');
    return `01${minutes}-${millis}-${this.#account}-${randomBytes(2).toString('hex')}-${counter}`;
  }
}

export const QUERY_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
