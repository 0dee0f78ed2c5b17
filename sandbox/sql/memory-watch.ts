import { SqlError } from '../engine.ts';

/** Between two looks at the process while anything runs. */
const EVERY_MS = 25;
const MEGABYTE = 1024 * 1024;
/** What the process may take beyond DuckDB's own limit: Node itself, results, and texts that DuckDB does not count. */
const BESIDE_DUCKDB_MB = 1024;
/** What one step may take though the process is large. */
const LEAST_ROOM_BYTES = 128 * MEGABYTE;
/** Whoever grew by less is not the cause. */
const LEAST_GROWTH_BYTES = 64 * MEGABYTE;

/** What the process may take, of whom DuckDB may take so much. */
export function mostMegabytes(memoryLimitMb: number): number {
  return memoryLimitMb + BESIDE_DUCKDB_MB;
}

/** One statement's running: between `resume` and `pause` it is charged with what the process grows by. */
export class Work {
  growthBytes = 0;
  isAtWork = false;
  /** True once the watch has interrupted it. */
  isCut = false;

  constructor(
    readonly interrupt: () => void,
    private readonly watch: MemoryWatch,
  ) {}

  /** Charges the statement while `step` is pending. */
  async during<T>(step: Promise<T>): Promise<T> {
    this.isAtWork = true;
    this.watch.look();
    try {
      return await step;
    } finally {
      this.isAtWork = false;
    }
  }

  /** What failed, as the watch knows it better. */
  reason(error: unknown): unknown {
    return this.isCut ? outOfMemory(error) : error;
  }
}

function outOfMemory(cause: unknown): SqlError {
  return new SqlError('300000', 'XX000', 'The sandbox is out of memory.', undefined, { cause });
}

/**
 * Interrupts statements that make the process grow beyond a bound. DuckDB's own limit counts what it keeps (tables,
 * groups, sorts), not the texts that a step of a statement makes; a few rows of the longest texts are gigabytes. A step
 * over one vector cannot be interrupted: what makes long texts asks for room beforehand (`sf_room`, `sf_room_of`).
 */
export class MemoryWatch {
  private readonly works = new Set<Work>();
  private readonly mostBytes: number;
  private timer: NodeJS.Timeout | null = null;
  private lastBytes = 0;

  constructor(
    memoryLimitMb: number,
    private readonly residentBytes: () => number = () => process.memoryUsage.rss(),
    private readonly whenAtWork: (isAtWork: boolean) => void = () => undefined,
  ) {
    this.mostBytes = mostMegabytes(memoryLimitMb) * MEGABYTE;
  }

  /** What a step may add to the process: some always, as what others held may not be free yet. */
  roomBytes(): number {
    return Math.max(this.mostBytes - this.residentBytes(), LEAST_ROOM_BYTES);
  }

  enter(interrupt: () => void): Work {
    const work = new Work(interrupt, this);
    this.works.add(work);
    return work;
  }

  leave(work: Work): void {
    this.works.delete(work);
  }

  /** Begins to look, until nothing is at work any more. */
  look(): void {
    if (this.timer) return;
    this.lastBytes = this.residentBytes();
    this.whenAtWork(true);
    this.timer = setInterval(() => this.tick(), EVERY_MS);
    this.timer.unref();
  }

  private tick(): void {
    const busy = [...this.works].filter((work) => work.isAtWork);
    if (busy.length === 0) {
      if (this.timer) clearInterval(this.timer);
      this.timer = null;
      this.whenAtWork(false);
      return;
    }
    const bytes = this.residentBytes();
    const grown = Math.max(0, bytes - this.lastBytes);
    this.lastBytes = bytes;
    for (const work of busy) work.growthBytes += grown / busy.length;
    if (bytes < this.mostBytes) return;
    const [heaviest] = busy.sort((a, b) => b.growthBytes - a.growthBytes);
    if (!heaviest || heaviest.growthBytes < LEAST_GROWTH_BYTES) return;
    // What it held is not free at once; the others are the cause only if they go on to grow.
    for (const work of this.works) work.growthBytes = 0;
    heaviest.isCut = true;
    heaviest.interrupt();
  }
}
