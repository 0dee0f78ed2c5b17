import type { DaemonStatus__Output } from '../../proto/generated/snowpool/v1/DaemonStatus.ts';
import type { ReconnectResponse__Output } from '../../proto/generated/snowpool/v1/ReconnectResponse.ts';
import type { ReloadResponse__Output } from '../../proto/generated/snowpool/v1/ReloadResponse.ts';
import { endDaemon } from '../link/end.ts';
import { askOnce } from '../link/once.ts';
import { daemonPlace } from '../link/place.ts';
import type { Run } from './commands.ts';
import { printable } from './printable.ts';

const answerWithinMs = 10_000;
/** A sign-in may need a person. */
const signInWithinMs = 180_000;

/** `snowpool stop`: resolves when the daemon is gone. */
export const runStop: Run = async (args, host) => {
  const { pid, startedBy } = await endDaemon(daemonPlace(process.env, host.folder), { now: args.has('now') });
  process.stdout.write(`The daemon (pid ${pid}) has ended.\n`);
  if (startedBy === 'service') {
    process.stdout.write(
      'It runs as a service and starts again when it is needed; `snowpool service uninstall` changes that.\n',
    );
  }
  return 0;
};

/** `snowpool reload`: what changed, a sentence a line. */
export const runReload: Run = async (_args, host) => {
  const place = daemonPlace(process.env, host.folder);
  const { changes } = await askOnce<ReloadResponse__Output>(place, answerWithinMs, ({ admin }, done) =>
    admin.reload({}, done),
  );
  process.stdout.write(changes.length === 0 ? 'Nothing has changed.\n' : `${printable(changes.join('\n'))}\n`);
  return 0;
};

/** `snowpool reconnect`: how each pool's sign-in went; exit code 1 where one is still rejected or unreachable. */
export const runReconnect: Run = async (_args, host) => {
  const place = daemonPlace(process.env, host.folder);
  const { results } = await askOnce<ReconnectResponse__Output>(place, signInWithinMs, ({ admin }, done) =>
    admin.reconnect({}, done),
  );
  process.stdout.write(
    results.length === 0 ? 'There is no pool to reconnect.\n' : `${printable(results.join('\n'))}\n`,
  );
  const after = await askOnce<DaemonStatus__Output>(place, answerWithinMs, ({ status }, done) => status.get({}, done));
  const isStuck = after.pools.some((pool) => pool.state === 'credentials_rejected' || pool.state === 'unavailable');
  return isStuck ? 1 : 0;
};
