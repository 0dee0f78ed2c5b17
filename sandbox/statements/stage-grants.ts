/** Leave to read or write a stage's files over HTTP, for drivers that do not write to the local file system. */
import { randomBytes } from 'node:crypto';

/** As Snowflake's credentials for a stage live. */
const GRANT_LIFE_MS = 3_600_000;
/** The oldest go first beyond so many. */
const MOST_GRANTS = 10_000;

/** Files below `folder` may be read, and written where `isUpload`. */
export interface StageGrant {
  readonly folder: string;
  readonly isUpload: boolean;
}

/** Hands out tokens for transfers and tells what a token allows. Times are of the sandbox's clock, in milliseconds. */
export class StageGrants {
  readonly #grants = new Map<string, StageGrant & { readonly id: string; readonly untilMs: number }>();

  constructor(private readonly now: () => number) {}

  /**
   * A transfer from or to a folder (PROTOCOL §7) as one with a bucket of an object store at `base` (no slash at its
   * end), whose objects are the files of that folder.
   */
  offer(transfer: Readonly<Record<string, unknown>>, base: string): Readonly<Record<string, unknown>> {
    const { stageInfo, command } = transfer;
    if (typeof stageInfo !== 'object' || stageInfo === null || !('location' in stageInfo)) return transfer;
    const id = randomBytes(9).toString('hex');
    const token = randomBytes(32).toString('base64url');
    const now = this.now();
    for (const [other, { untilMs }] of this.#grants) {
      if (untilMs > now && this.#grants.size < MOST_GRANTS) break;
      this.#grants.delete(other);
    }
    const folder = String(stageInfo.location);
    this.#grants.set(token, { id, folder, isUpload: command === 'UPLOAD', untilMs: now + GRANT_LIFE_MS });
    return {
      ...transfer,
      stageInfo: {
        ...stageInfo,
        locationType: 'GCS',
        location: `${id}/`,
        region: 'sandbox',
        creds: { GCS_ACCESS_TOKEN: token },
        endPoint: base,
      },
    };
  }

  /** What a token allows on the bucket of this id; undefined where nothing. */
  find(id: string, token: string): StageGrant | undefined {
    const found = this.#grants.get(token);
    return found?.id === id && found.untilMs > this.now() ? found : undefined;
  }
}
