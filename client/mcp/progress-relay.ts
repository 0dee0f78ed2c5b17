import type { ServerContext } from '@modelcontextprotocol/server';
import type { Progress__Output } from '../../proto/generated/snowpool/v1/Progress.ts';

/**
 * Passes a call's progress to the request that waits for it. MCP wants progress that only grows, also where the call was
 * sent again and the daemon begins at the start.
 */
export class ProgressRelay {
  #context: ServerContext | undefined;
  #token: string | number | undefined;
  #base = 0;
  #last = 0;

  /** Names the request to tell; undefined: nobody, for now. */
  to(context: ServerContext | undefined): void {
    this.#context = context;
    this.#token = context?.mcpReq._meta?.progressToken;
  }

  /** The call begins anew. */
  restart(): void {
    this.#base = this.#last;
  }

  take(event: Progress__Output): void {
    this.#last = Math.max(this.#last, this.#base + event.progress);
    if (!this.#context || this.#token === undefined) return;
    const params = {
      progressToken: this.#token,
      progress: this.#base + event.progress,
      ...(event.total > 0 ? { total: this.#base + event.total } : {}),
      ...(event.message === '' ? {} : { message: event.message }),
    };
    // Fails only where the client is gone, which ends this process anyway.
    this.#context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  }
}
