import {
  type CallToolResult,
  type ClientCapabilities,
  type InputRequests,
  type InputRequiredResult,
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { CommandFailure } from '../cli/failure.ts';
import { DaemonFailure } from '../link/daemon-failure.ts';
import type { Daemon, ToolOutcome } from './daemon.ts';
import { ProgressRelay } from './progress-relay.ts';
import type { SignIn } from './sign-in.ts';

export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly capabilities: ClientCapabilities;
}

/** A call that runs at the daemon, while the request that the client sees may come and go. */
interface Pending {
  readonly outcome: Promise<ToolOutcome>;
  readonly abort: AbortController;
  readonly progress: ProgressRelay;
}

const signInKey = 'sign_in';
/** Marks our own request states; the daemon's begin otherwise. */
const parkedPrefix = 'snowpool-sign-in:';
/** A person who has not come back by then is not going to. */
const parkedForMs = 10 * 60_000;

/** Forwards `tools/call`, each until its result, whatever happens to the daemon meanwhile. Knows no tool by name. */
export class ToolCalls {
  readonly #daemon: () => Promise<Daemon>;
  readonly #signIn: SignIn;
  #parkedSoFar = 0;
  readonly #parked = new Map<string, { readonly pending: Pending; readonly timer: NodeJS.Timeout }>();

  constructor(daemon: () => Promise<Daemon>, signIn: SignIn) {
    this.#daemon = daemon;
    this.#signIn = signIn;
  }

  /** Answers one request, or asks the person first (`input_required`), after which the request comes again. */
  async answer(call: ToolCall, context: ServerContext): Promise<CallToolResult | InputRequiredResult> {
    const state = context.mcpReq.requestState<unknown>();
    if (typeof state === 'string' && state.startsWith(parkedPrefix)) {
      const pending = this.#takeParked(state);
      const response = context.mcpReq.inputResponses?.[signInKey] as { action?: unknown } | undefined;
      if (!pending) return failed('The sign-in this call waited for is over.', 'Call the tool again.');
      if (response?.action !== 'accept') {
        pending.abort.abort(new Error('sign-in declined'));
        return failed(
          'The sign-in page was declined, so there is no session to run this on.',
          'Call the tool again to get the page again.',
        );
      }
      return this.#await(pending, call, context);
    }
    return this.#await(this.#start(call, context, typeof state === 'string' ? state : ''), call, context);
  }

  #start(call: ToolCall, context: ServerContext, requestState: string): Pending {
    const abort = new AbortController();
    const progress = new ProgressRelay();
    const { inputResponses, _meta } = context.mcpReq;
    const request = {
      name: call.name,
      argumentsJson: JSON.stringify(call.arguments),
      capabilitiesJson: JSON.stringify(call.capabilities),
      inputResponsesJson: inputResponses ? JSON.stringify(inputResponses) : '',
      requestState,
      wantsProgress: _meta?.progressToken !== undefined,
    };
    const outcome = this.#daemon().then((daemon) => daemon.callTool(request, abort.signal, progress));
    // Awaited below; a parked call's failure must not count as unhandled meanwhile.
    outcome.catch(() => {});
    return { outcome, abort, progress };
  }

  async #await(
    pending: Pending,
    call: ToolCall,
    context: ServerContext,
  ): Promise<CallToolResult | InputRequiredResult> {
    const { signal } = context.mcpReq;
    const cancel = () => pending.abort.abort(signal.reason);
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    pending.progress.to(context);
    const asking = call.capabilities.elicitation?.url ? this.#pageToAskAbout() : undefined;
    try {
      const first = await (asking ? Promise.race([pending.outcome, asking.page]) : pending.outcome);
      return 'url' in first ? this.#park(pending, first) : this.#result(first);
    } catch (error) {
      return this.#failure(error, signal);
    } finally {
      asking?.stop();
      signal.removeEventListener('abort', cancel);
      pending.progress.to(undefined);
    }
  }

  /** Resolves with the page of a sign-in that this call takes on to ask about; never, where there is none. */
  #pageToAskAbout(): { readonly page: Promise<{ url: string; reason: string }>; readonly stop: () => void } {
    let stop = () => {};
    const page = new Promise<{ url: string; reason: string }>((resolve) => {
      const look = () => {
        const claimed = this.#signIn.claim();
        if (claimed) resolve(claimed);
      };
      stop = this.#signIn.onPage(look);
      look();
    });
    return { page, stop };
  }

  #park(pending: Pending, page: { url: string; reason: string }): InputRequiredResult {
    this.#parkedSoFar += 1;
    const state = `${parkedPrefix}${this.#parkedSoFar}`;
    const timer = setTimeout(() => {
      this.#parked.delete(state);
      pending.abort.abort(new Error('nobody signed in'));
    }, parkedForMs);
    timer.unref();
    this.#parked.set(state, { pending, timer });
    return inputRequired({
      inputRequests: { [signInKey]: inputRequired.elicitUrl({ url: page.url, message: page.reason }) },
      requestState: state,
    });
  }

  #takeParked(state: string): Pending | undefined {
    const parked = this.#parked.get(state);
    if (!parked) return undefined;
    clearTimeout(parked.timer);
    this.#parked.delete(state);
    return parked.pending;
  }

  #result(outcome: ToolOutcome): CallToolResult | InputRequiredResult {
    if (outcome.kind === 'input-required') {
      const { inputRequestsJson, requestState } = outcome.inputRequired;
      return inputRequired({ inputRequests: JSON.parse(inputRequestsJson) as InputRequests, requestState });
    }
    const result = JSON.parse(outcome.json) as CallToolResult;
    if (!result.isError) this.#signIn.settle();
    return result.isError ? this.#withPage(result) : result;
  }

  /** DESIGN §10: what fails is a result that a model can read and mend; only misuse of the protocol is an error of it. */
  #failure(error: unknown, signal: AbortSignal): CallToolResult {
    if (signal.aborted) throw error;
    if (error instanceof DaemonFailure) {
      if (error.code === 'not_found') throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
      return this.#withPage(failed(error.message, error.next, error.code));
    }
    if (error instanceof CommandFailure) return failed(`snowpool: ${error.message}`, error.next);
    throw error;
  }

  /** A page that neither a browser nor the client could show goes into the answer of a call that failed for want of it. */
  #withPage(result: CallToolResult): CallToolResult {
    const page = this.#signIn.page;
    if (!page) return result;
    const text = `${page.reason} Ask the person to open this page, then call the tool again: ${page.url}`;
    return { ...result, content: [...result.content, { type: 'text', text }] };
  }
}

/** In the form of the daemon's own failures. */
function failed(message: string, next: string, code?: string): CallToolResult {
  const lines = [message, next, code === undefined ? '' : `(${code})`];
  return {
    isError: true,
    content: [{ type: 'text', text: lines.filter((line) => line !== '').join('\n') }],
    ...(code === undefined ? {} : { _meta: { 'snowpool/error': { code, message, next } } }),
  };
}
