import { connect } from 'node:net';
import { CommandFailure } from '../cli/failure.ts';
import { checkOwner } from './directory.ts';

/** `live`: somebody accepts; `stale`: a socket nobody listens on; `absent`: no such file. */
export type SocketState = 'live' | 'stale' | 'absent';

/**
 * Finds out by connecting whether a daemon listens on a socket: bind cannot tell (DRIVER.md §4).
 * Rejects with CommandFailure (exit code 3) where neither can be known: no permission, mostly; and where the socket may be
 * somebody else's.
 */
export async function probe(socket: string): Promise<SocketState> {
  checkOwner(socket);
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    connection.once('connect', () => {
      connection.destroy();
      resolve('live');
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      connection.destroy();
      if (error.code === 'ECONNREFUSED') resolve('stale');
      // EINVAL: the path is longer than the system takes (Node 24 and later); the daemon to be started says so.
      else if (['ENOENT', 'ENOTDIR', 'EINVAL'].includes(error.code ?? '')) resolve('absent');
      // A full queue of connections: there is a listener, it is only busy.
      else if (error.code === 'EAGAIN') resolve('live');
      // The listener ended with this connection in its queue: whether there is another one, a second look tells.
      else if (error.code === 'ECONNRESET') resolve(probe(socket));
      else
        reject(
          new CommandFailure(`the socket ${socket} cannot be reached: ${error.message}.`, '', 3, { cause: error }),
        );
    });
  });
}
