import { alreadyExists } from '../sql/errors.ts';
import type { Owned } from './model.ts';

export const WAREHOUSE_SIZES = [
  'X-Small',
  'Small',
  'Medium',
  'Large',
  'X-Large',
  '2X-Large',
  '3X-Large',
  '4X-Large',
  '5X-Large',
  '6X-Large',
] as const;
export type WarehouseSize = (typeof WAREHOUSE_SIZES)[number];

/** A warehouse: where queries that read tables run. It starts on first use, queues what exceeds its concurrency, and suspends itself when idle. */
export interface Warehouse extends Owned {
  readonly id: number;
  size: WarehouseSize;
  state: 'STARTED' | 'SUSPENDED' | 'RESUMING';
  /** Seconds idle after which it suspends; 0 for never. */
  autoSuspendSeconds: number;
  autoResume: boolean;
  maxConcurrency: number;
  /** STATEMENT_TIMEOUT_IN_SECONDS and STATEMENT_QUEUED_TIMEOUT_IN_SECONDS; null where not set. */
  timeoutSeconds: number | null;
  queuedTimeoutSeconds: number | null;
  minClusters: number;
  maxClusters: number;
  scalingPolicy: 'STANDARD' | 'ECONOMY';
  resumedMs: number;
  updatedMs: number;
  lastUsedMs: number;
  running: number;
  starts: number;
  readonly queue: (() => void)[];
  resuming: Promise<void> | null;
}

export const DEFAULT_CONCURRENCY = 8;

export type WarehousePhase = 'RESUMING_WAREHOUSE' | 'QUEUED' | 'RUNNING';

export class Warehouses {
  private readonly byName = new Map<string, Warehouse>();
  private lastId = 0;

  constructor(
    private readonly now: () => number,
    private readonly resumeMs: number,
    private readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  ) {}

  /** How often any warehouse was started. */
  get starts(): number {
    return this.startsOfDropped + [...this.byName.values()].reduce((sum, warehouse) => sum + warehouse.starts, 0);
  }
  private startsOfDropped = 0;

  add(name: string, owner: string, comment = ''): Warehouse {
    if (this.byName.has(name)) throw alreadyExists(name);
    this.lastId += 1;
    const warehouse: Warehouse = {
      name,
      owner,
      comment,
      createdMs: this.now(),
      id: 1_000_000 + this.lastId,
      size: 'X-Small',
      state: 'SUSPENDED',
      autoSuspendSeconds: 600,
      autoResume: true,
      maxConcurrency: DEFAULT_CONCURRENCY,
      timeoutSeconds: null,
      queuedTimeoutSeconds: null,
      minClusters: 1,
      maxClusters: 1,
      scalingPolicy: 'STANDARD',
      resumedMs: this.now(),
      updatedMs: this.now(),
      lastUsedMs: this.now(),
      running: 0,
      starts: 0,
      queue: [],
      resuming: null,
    };
    this.byName.set(name, warehouse);
    return warehouse;
  }

  get(name: string): Warehouse | undefined {
    const warehouse = this.byName.get(name);
    if (warehouse) this.settle(warehouse);
    return warehouse;
  }

  all(): Warehouse[] {
    const all = [...this.byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const warehouse of all) this.settle(warehouse);
    return all;
  }

  rename(warehouse: Warehouse, name: string): void {
    if (this.byName.has(name)) throw alreadyExists(name);
    this.byName.delete(warehouse.name);
    warehouse.name = name;
    this.byName.set(name, warehouse);
  }

  drop(warehouse: Warehouse): void {
    this.startsOfDropped += warehouse.starts;
    this.byName.delete(warehouse.name);
  }

  /** Starts a suspended warehouse; statements that come meanwhile wait for the same start. */
  resume(warehouse: Warehouse): Promise<void> {
    if (warehouse.state === 'STARTED') return Promise.resolve();
    warehouse.resuming ??= this.start(warehouse).finally(() => {
      warehouse.resuming = null;
    });
    return warehouse.resuming;
  }

  private async start(warehouse: Warehouse): Promise<void> {
    warehouse.state = 'RESUMING';
    warehouse.starts += 1;
    try {
      if (this.resumeMs > 0) await this.sleep(this.resumeMs, new AbortController().signal);
    } finally {
      warehouse.state = 'STARTED';
      warehouse.resumedMs = this.now();
      warehouse.lastUsedMs = this.now();
    }
  }

  suspend(warehouse: Warehouse): void {
    warehouse.state = 'SUSPENDED';
    warehouse.updatedMs = this.now();
  }

  /**
   * Takes one of the warehouse's places, starting it and queueing where needed; the returned function gives it back.
   * `report` hears what the statement is waiting for. Rejects with the signal's reason, or with what `limit` rejects
   * with while the statement waits for a place; its signal aborts once there is one.
   */
  async occupy(
    warehouse: Warehouse,
    signal: AbortSignal,
    report: (phase: WarehousePhase) => void,
    limit: ((over: AbortSignal) => Promise<never>) | null,
  ): Promise<() => void> {
    this.settle(warehouse);
    if (warehouse.state !== 'STARTED') {
      report('RESUMING_WAREHOUSE');
      await abortable(this.resume(warehouse), signal);
    }
    const places = warehouse.maxConcurrency * warehouse.maxClusters;
    if (warehouse.running >= places) {
      const over = new AbortController();
      const late = new AbortController();
      limit?.(over.signal).catch((error) => late.abort(error));
      try {
        while (warehouse.running >= places) {
          report('QUEUED');
          await this.turn(warehouse, AbortSignal.any([signal, late.signal]));
        }
      } finally {
        over.abort();
      }
    }
    warehouse.running += 1;
    report('RUNNING');
    let left = false;
    return () => {
      if (left) return;
      left = true;
      warehouse.running -= 1;
      warehouse.lastUsedMs = this.now();
      warehouse.queue.shift()?.();
    };
  }

  private async turn(warehouse: Warehouse, signal: AbortSignal): Promise<void> {
    let mine: () => void = () => undefined;
    const called = new Promise<void>((resolve) => {
      mine = resolve;
      warehouse.queue.push(resolve);
    });
    try {
      await abortable(called, signal);
    } catch (error) {
      const place = warehouse.queue.indexOf(mine);
      if (place !== -1) warehouse.queue.splice(place, 1);
      else warehouse.queue.shift()?.();
      throw error;
    }
  }

  /** Suspends it where it has been idle for long enough; looked at whenever somebody looks, as the clock is not ours. */
  private settle(warehouse: Warehouse): void {
    const { state, running, autoSuspendSeconds, lastUsedMs } = warehouse;
    if (state !== 'STARTED' || running > 0 || autoSuspendSeconds === 0) return;
    if (this.now() - lastUsedMs >= autoSuspendSeconds * 1000) warehouse.state = 'SUSPENDED';
  }
}

/** Waits for a promise, or rejects with the signal's reason as soon as it aborts. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
