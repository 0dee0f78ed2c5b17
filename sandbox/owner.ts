/** The process that a sandbox was started for: the sandbox ends when it is gone, also when it was killed. */
import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { json, readJson } from './http/exchange.ts';
import type { Route } from './http/router.ts';
import { isAlive } from './results/part-store.ts';
import { badRequest } from './sessions/refusal.ts';

const LOOK_EVERY_MS = 1_000;

const bodySchema = z.strictObject({
  pid: z
    .number()
    .int()
    .min(1)
    .max(2 ** 31),
  token: z.string(),
});

/** Looks every second whether the owner is there; calls `onGone` once when it is not. */
export class Owner {
  #pid: number;
  readonly #timer: NodeJS.Timeout;

  constructor(
    pid: number,
    /** What a new owner must know to take over; null: nobody can. */
    private readonly token: string | null,
    onGone: (pid: number) => void,
  ) {
    this.#pid = pid;
    this.#timer = setInterval(() => {
      if (isAlive(this.#pid)) return;
      this.close();
      onGone(this.#pid);
    }, LOOK_EVERY_MS);
  }

  /** `POST /sandbox/owner {"pid", "token"}`: another process takes the sandbox over. 403 for a wrong token. */
  route(): Route {
    return {
      endpoint: 'owner',
      method: 'POST',
      path: /^\/sandbox\/owner$/,
      handle: (exchange) => {
        const body = bodySchema.safeParse(readJson(exchange.body));
        if (!body.success)
          throw badRequest('A new owner sends {"pid": its process id, "token": the token of SNOWPOOL_OWNER_TOKEN}.');
        const given = Buffer.from(body.data.token);
        const wanted = Buffer.from(this.token ?? '');
        if (this.token === null || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
          throw badRequest('That is not the token of SNOWPOOL_OWNER_TOKEN.', 403);
        }
        if (!isAlive(body.data.pid)) throw badRequest(`There is no process ${body.data.pid}.`);
        this.#pid = body.data.pid;
        return json(`${JSON.stringify({ pid: this.#pid })}\n`);
      },
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
