/** The faults that are laid at the moment, and which of them meet a request. */
import { setMaxListeners } from 'node:events';
import type { FaultAction, FaultSettings } from './fault.ts';

/** What is known of a request before it is handled. */
export interface RequestFacts {
  readonly endpoint: string;
  /** Upper case; null where the request does not say. */
  readonly user: string | null;
  readonly sessionId: string | null;
  readonly sql: string | null;
}

export interface LaidFault {
  readonly id: number;
  readonly settings: FaultSettings;
  met: number;
  fired: number;
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Every request that a fault holds listens to it. */
function forMany(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

function decidesAnswer(action: FaultAction): boolean {
  return !['latency', 'kill-session', 'expire-tokens'].includes(action.kind);
}

function meets(settings: FaultSettings, facts: RequestFacts): boolean {
  if (settings.endpoints && !settings.endpoints.some((endpoint) => endpoint === facts.endpoint)) return false;
  if (settings.user !== undefined && settings.user.toUpperCase() !== facts.user) return false;
  if (settings.sessionId !== undefined && settings.sessionId !== facts.sessionId) return false;
  if (settings.sqlContains === undefined) return true;
  return facts.sql?.toLowerCase().includes(settings.sqlContains.toLowerCase()) ?? false;
}

/** Holds faults until they are taken away or used up, and counts how often each fired. */
export class FaultPlan {
  readonly #faults = new Map<number, { readonly fault: LaidFault; readonly random: () => number }>();
  readonly #fired = new Map<string, number>();
  #cleared = forMany();
  #lastId = 0;

  constructor(private readonly random: () => number) {}

  lay(settings: FaultSettings): LaidFault {
    this.#lastId += 1;
    const fault: LaidFault = { id: this.#lastId, settings, met: 0, fired: 0 };
    const random = settings.seed === undefined ? this.random : seededRandom(settings.seed);
    this.#faults.set(fault.id, { fault, random });
    return fault;
  }

  /** False where there is no such fault. */
  remove(id: number): boolean {
    return this.#faults.delete(id);
  }

  /** Takes all faults away and lets go of the requests that they hold. */
  clear(): void {
    this.#faults.clear();
    this.#cleared.abort();
    this.#cleared = forMany();
  }

  /** Aborted by the next `clear`: ends waits that faults laid on requests. */
  get cleared(): AbortSignal {
    return this.#cleared.signal;
  }

  all(): readonly LaidFault[] {
    return [...this.#faults.values()].map(({ fault }) => fault);
  }

  /** How often each kind fired since the sandbox began, faults that are gone included. */
  firedByKind(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#fired);
  }

  get isEmpty(): boolean {
    return this.#faults.size === 0;
  }

  /**
   * The actions that fire on this request, in the order in which they were laid; each counts as fired. Of those that
   * decide about the answer only the first fires: the others leave the request alone.
   */
  take(facts: RequestFacts): readonly FaultAction[] {
    const actions: FaultAction[] = [];
    for (const { fault, random } of this.#faults.values()) {
      const { settings } = fault;
      if (!meets(settings, facts)) continue;
      if (settings.count !== undefined && fault.fired >= settings.count) continue;
      if (decidesAnswer(settings.action) && actions.some(decidesAnswer)) continue;
      fault.met += 1;
      if (fault.met <= settings.after || random() >= settings.probability) continue;
      fault.fired += 1;
      this.#fired.set(settings.action.kind, (this.#fired.get(settings.action.kind) ?? 0) + 1);
      actions.push(settings.action);
    }
    return actions;
  }
}
