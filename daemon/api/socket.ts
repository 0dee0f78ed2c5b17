import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { folderFault, pathFault } from '../../proto/socket-folder.ts';
import { strangersWords } from '../../proto/strangers.ts';
import type { Clock } from '../clock.ts';
import { SnowpoolError } from '../errors.ts';

/** The daemon's listening socket: 0600 from its first moment, in a folder that only its owner may enter. */
export interface ListeningSocket {
  readonly path: string;
  /** Stops accepting; a socket that we bound ourselves is removed. Connections that are open stay. */
  close(): Promise<void>;
}

/** Another daemon answers on the socket. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/**
 * Binds the socket, or takes over the one that systemd or launchd passed as file descriptor 3. A stale socket
 * (connection refused) is replaced under a lock, a live one never.
 * @throws SnowpoolError invalid_argument (path too long, folder not ours or not writable), AlreadyRunning.
 */
export async function listen(options: {
  readonly path: string;
  readonly inheritedFd: number | undefined;
  readonly clock: Clock;
  onConnection(socket: Socket): void;
}): Promise<ListeningSocket> {
  const { path, inheritedFd } = options;
  const server = createServer({ pauseOnConnect: false }, options.onConnection);
  if (inheritedFd !== undefined) {
    await listening(server, () => server.listen({ fd: inheritedFd }));
    return { path, close: () => closed(server) };
  }
  prepareSocketPath(path);
  const unlock = await lock(`${path}.lock`, options.clock);
  try {
    if (await isLive(path)) throw new AlreadyRunning(`a daemon already listens on ${path}`);
    removeStale(path);
    // libuv creates the file inside this synchronous call, so that the mask is in force just there.
    await listening(server, () => {
      const before = process.umask(0o177);
      try {
        server.listen(path);
      } finally {
        process.umask(before);
      }
    });
  } finally {
    unlock();
  }
  return { path, close: () => closed(server) };
}

/** Makes the socket's folder. Throws SnowpoolError invalid_argument for what would not keep other users out: DESIGN §11. */
export function prepareSocketPath(path: string): void {
  const tooLong = pathFault(path);
  if (tooLong) {
    throw new SnowpoolError(
      'invalid_argument',
      `The socket's path ${path} has ${tooLong.bytes} bytes: allowed are at most ${tooLong.limit} on this system.`,
      'Set SNOWPOOL_SOCKET to a shorter path.',
    );
  }
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new SnowpoolError(
      'invalid_argument',
      `The socket's folder ${folder} cannot be made: ${error instanceof Error ? error.message : error}.`,
      'Set SNOWPOOL_SOCKET to a path in a folder that you may write.',
      {},
      { cause: error },
    );
  }
  const fault = folderFault(folder);
  if (!fault) return;
  if (fault.kind === 'replaceable') {
    throw new SnowpoolError(
      'invalid_argument',
      `The way to the socket's folder ${folder} leads through ${fault.place.path}, which ${strangersWords(fault.place)}.`,
      'Set SNOWPOOL_SOCKET to a path in a folder that only you can change.',
    );
  }
  throw fault.kind === 'open'
    ? new SnowpoolError(
        'invalid_argument',
        `The socket's folder ${folder} can be entered by other users (mode ${fault.mode}).`,
        fault.isForAll ? 'Set SNOWPOOL_SOCKET to a path in a folder that you own.' : `Run: chmod 700 ${folder}`,
      )
    : new SnowpoolError(
        'invalid_argument',
        `The socket's folder ${folder} is not a folder of yours.`,
        'Set SNOWPOOL_SOCKET to a path in a folder that you own.',
      );
}

/** True where something accepts connections at the path. */
export function isLive(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else if (error.code === 'ENOTSOCK') resolve(false);
      else if (error.code === 'EAGAIN') resolve(true);
      // The listener ended with this connection in its queue.
      else if (error.code === 'ECONNRESET') resolve(isLive(path));
      else
        reject(
          new SnowpoolError(
            'invalid_argument',
            `The socket ${path} cannot be reached: ${error.message}.`,
            '',
            {},
            { cause: error },
          ),
        );
    });
  });
}

function removeStale(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isSocket()) {
    throw new SnowpoolError(
      'invalid_argument',
      `${path} exists and is no socket.`,
      'Remove it, or set SNOWPOOL_SOCKET to another path.',
    );
  }
  unlinkSync(path);
}

function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new SnowpoolError(
          'invalid_argument',
          `The socket cannot be bound: ${error.message}.`,
          'Set SNOWPOOL_SOCKET to a path in a folder that you may write.',
          {},
          { cause: error },
        ),
      );
    });
    server.once('listening', () => resolve());
    start();
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close();
    // 'close' waits for open connections; the listener itself is gone at once, which is all that a successor needs.
    setImmediate(resolve);
  });
}

/**
 * Takes a lock file that names its holder, waiting while that one lives. A lock whose holder is dead is moved aside;
 * only one of several that try can move it.
 */
async function lock(path: string, clock: Clock): Promise<() => void> {
  for (;;) {
    try {
      const fd = openSync(path, 'wx', 0o600);
      writeSync(fd, String(process.pid));
      closeSync(fd);
      return () => unlinkSync(path);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error) || error.code !== 'EEXIST') {
        throw new SnowpoolError(
          'invalid_argument',
          `The socket's folder ${dirname(path)} cannot be written: ${error instanceof Error ? error.message : error}.`,
          'Set SNOWPOOL_SOCKET to a path in a folder that you may write.',
          {},
          { cause: error },
        );
      }
    }
    const holder = readIfThere(path);
    if (isAbandoned(path, holder, clock)) {
      moveAside(path, holder);
    } else {
      await clock.sleep(20);
    }
  }
}

/** Moves a dead holder's lock away; one that somebody took meanwhile is put back. */
function moveAside(path: string, holder: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readIfThere(aside) !== holder) linkSync(aside, path);
    unlinkSync(aside);
  } catch {
    // Somebody else moved it first; the next round sees what there is now.
  }
}

function isAbandoned(path: string, holder: string, clock: Clock): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  const pid = Number(holder);
  if (!Number.isInteger(pid) || pid <= 0) return clock.now() - stat.mtimeMs > 5_000;
  try {
    process.kill(pid, 0);
    // Held for milliseconds only: a live process that holds it this long is another one with a dead one's id.
    return clock.now() - stat.mtimeMs > 30_000;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
