/** Keeps pieces of results: in memory up to a budget, beyond it in files of a temporary folder. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A piece that is kept. `bytes` is what it takes as it is stored. */
export interface Part {
  readonly bytes: number;
  /** Null while it lies in memory only. */
  readonly path: string | null;
  readonly data: Buffer | null;
}

const FOLDER = 'snowpool-sandbox-';

/** Whether a process with this id is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Bounded memory for results. Its folder comes with the first piece that does not fit and goes with `close`. */
export class PartStore {
  #usedBytes = 0;
  #spilledBytes = 0;
  #count = 0;
  #folder: string | undefined;

  constructor(private readonly budgetBytes: number) {}

  /** Bytes in memory and in files now. */
  get used(): { readonly memoryBytes: number; readonly fileBytes: number } {
    return { memoryBytes: this.#usedBytes, fileBytes: this.#spilledBytes };
  }

  /** Keeps a piece. Rejects with the file system's error where it cannot be written. */
  async put(data: Buffer): Promise<Part> {
    const bytes = data.length;
    if (this.#usedBytes + bytes <= this.budgetBytes) {
      this.#usedBytes += bytes;
      return { bytes, path: null, data };
    }
    this.#count += 1;
    const path = join(this.#open(), `${this.#count}.part`);
    await writeFile(path, data, { mode: 0o600 });
    this.#spilledBytes += bytes;
    return { bytes, path, data: null };
  }

  async read(part: Part): Promise<Buffer> {
    if (part.data) return part.data;
    return readFile(part.path ?? '');
  }

  /** Forgets a piece; it must not be read any more. */
  async drop(part: Part): Promise<void> {
    if (part.path === null) {
      this.#usedBytes -= part.bytes;
      return;
    }
    this.#spilledBytes -= part.bytes;
    await rm(part.path, { force: true });
  }

  /** Removes the folder. Synchronous, so that it also works while the process exits. */
  close(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #open(): string {
    if (this.#folder) return this.#folder;
    // Folders of sandboxes that were killed: nobody else will remove them.
    for (const name of readdirSync(tmpdir())) {
      const owner = name.startsWith(FOLDER) ? Number.parseInt(name.slice(FOLDER.length), 10) : Number.NaN;
      if (Number.isNaN(owner) || isAlive(owner)) continue;
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
    this.#folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
    return this.#folder;
  }
}
