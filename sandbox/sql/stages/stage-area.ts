import { createHash } from 'node:crypto';
import { constants, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unsupported } from '../errors.ts';
import { LoadHistory } from './load-history.ts';

// Stages (this folder): where their files lie, how SQL names them, PUT, GET, LIST, REMOVE, COPY INTO, queries on files
// and what drivers bind by way of a stage. Imported by dispatch.ts, scope.ts and DDL; imports the rest of sandbox/sql.
// The driver moves the files itself (PROTOCOL §7); the sandbox reads and removes only what lies in this file's folder.

const FOLDER = 'snowpool-stages-';

/** What a staged file may take in memory once it is read. */
export const MOST_FILE_BYTES = 64 * 1024 * 1024;

/** One file of a stage. `path` is relative to the stage, with `/` between its parts. */
export interface StagedFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Of its bytes and of when they were put: Snowflake's is of what it keeps, encrypted anew at each PUT. */
  readonly md5: string;
}

/** Whether a process with this id is there. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The files of all stages, in one temporary folder (mode 0700) that comes with the first use and goes with `close`. */
export class StageArea {
  #root: string | undefined;
  /** What COPY INTO did with files. */
  readonly history = new LoadHistory();
  readonly #folders = new Map<string, string>();
  /** What COPY INTO has loaded into a table, by table id: file to MD5. */
  readonly #loads = new Map<number, Map<string, string>>();

  /** The folder of a stage, by a key of the caller's; made where it is missing. `path` names a folder inside it. */
  folder(key: string, path = ''): string {
    this.#root ??= newRoot();
    const known = this.#folders.get(key) ?? join(this.#root, String(this.#folders.size + 1));
    this.#folders.set(key, known);
    const folder = join(known, path);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Files whose path begins so, in order of their paths. Links and what is no plain file are left out. */
  async files(key: string, prefix: string): Promise<readonly StagedFile[]> {
    if (!this.#folders.has(key)) return [];
    const root = this.folder(key);
    const found: StagedFile[] = [];
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name).slice(root.length + 1);
      if (!path.startsWith(prefix)) continue;
      const file = await this.#stat(join(root, path));
      if (file) found.push({ path, ...file });
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }

  /** A file's bytes as they lie there. Throws SqlError 000002 for one that is too large. */
  async read(key: string, path: string): Promise<Buffer> {
    // Never through a link: what lies in the folder is the drivers' to write, the sandbox must not be led out of it.
    const handle = await open(join(this.folder(key), path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await handle.stat();
      if (size > MOST_FILE_BYTES) throw unsupported(`staged files of more than ${MOST_FILE_BYTES / 1024 / 1024} MB`);
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  async remove(key: string, path: string): Promise<void> {
    await rm(join(this.folder(key), path), { force: true });
  }

  /** Forgets a stage with its files. */
  drop(key: string): void {
    const folder = this.#folders.get(key);
    if (folder === undefined) return;
    rmSync(folder, { recursive: true, force: true });
  }

  /** What was loaded into a table: file to MD5; for the caller to add to. */
  loadsOf(tableId: number): Map<string, string> {
    const known = this.#loads.get(tableId) ?? new Map<string, string>();
    this.#loads.set(tableId, known);
    return known;
  }

  /** TRUNCATE lets the same files be loaded again. */
  forgetLoads(tableId: number): void {
    this.#loads.delete(tableId);
  }

  /** Removes everything. Synchronous, so that it also works while the process exits; idempotent. */
  close(): void {
    if (this.#root) rmSync(this.#root, { recursive: true, force: true });
    this.#root = undefined;
    this.#folders.clear();
  }

  async #stat(path: string): Promise<Omit<StagedFile, 'path'> | undefined> {
    try {
      const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        const { size, mtimeMs } = await handle.stat();
        const hash = createHash('md5').update(String(mtimeMs));
        for await (const part of handle.createReadStream({ autoClose: false })) hash.update(part);
        return { bytes: size, modifiedMs: mtimeMs, md5: hash.digest('hex') };
      } finally {
        await handle.close();
      }
    } catch {
      // Removed by another session between the listing and now, or not readable: it is not there.
      return undefined;
    }
  }
}

function newRoot(): string {
  // Folders of sandboxes that were killed: nobody else will remove them.
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(FOLDER) ? Number.parseInt(name.slice(FOLDER.length), 10) : Number.NaN;
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
}
