/**
 * The daemon put together: each part is made with what it needs, in the order of DESIGN §3 from the account up to the
 * socket, and closed in reverse. Imported by `main` alone.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadContract } from '../proto/contract.ts';
import type { Hello__Output } from '../proto/generated/snowpool/v1/Hello.ts';
import { adminService } from './api/admin-service.ts';
import { FrontEnds } from './api/attach.ts';
import { type Parcel, receiveHandOver } from './api/hand-over.ts';
import { queriesService } from './api/queries-service.ts';
import { listen, prepareSocketPath } from './api/socket.ts';
import { daemonStatus, type StatusSources, statusService } from './api/status-service.ts';
import { toolsService } from './api/tools-service.ts';
import { createClients } from './clients/clients.ts';
import type { Profiles } from './clients/contract.ts';
import { systemClock } from './clock.ts';
import type { Profile } from './config/profile.ts';
import { type ProfileRequest, type Resolved, resolveProfile } from './config/resolve.ts';
import type { DaemonSettings } from './daemon-settings.ts';
import { leaveDrainNote } from './drain-note.ts';
import { SnowpoolError } from './errors.ts';
import { IdleExit } from './idle-exit.ts';
import { GatheredLines } from './log/gathered-lines.ts';
import { openLog, rotatedFile } from './log/logger.ts';
import { createPools } from './pool/pools.ts';
import { createSnowflakeDriver } from './pool/snowflake-driver.ts';
import { audited } from './query/audited.ts';
import { checkEntries } from './query/guard/entries.ts';
import { createGuard } from './query/guard/judge.ts';
import { createQueries } from './query/queries.ts';
import { rememberJudgements } from './query/remembered-judgements.ts';
import { notifyReady } from './readiness.ts';
import { SandboxProcess } from './sandbox-process.ts';
import { createTools } from './tools/tools.ts';

declare const __SNOWPOOL_VERSION__: string;

const drainMs = 30_000;
/** How long the answers of the last statements may take to be read. */
const lastAnswersMs = 1_000;

export interface Daemon {
  /** Drains (30 s; `isNow`: at once) and ends. Idempotent. */
  stop(options: { readonly isNow: boolean; readonly reason: string }): Promise<void>;
  /** Reads the files again; one sentence for each thing that changed. */
  reload(): Promise<readonly string[]>;
  /** Resolves when everything is closed. */
  readonly ended: Promise<void>;
}

/** Starts the daemon; resolves once it listens. Throws SnowpoolError, AlreadyRunning. */
export async function startDaemon(settings: DaemonSettings): Promise<Daemon> {
  const clock = systemClock;
  const startedAt = clock.monotonic();
  const { log, close: closeLog } = openLog({
    stateDir: settings.stateDir,
    level: settings.logLevel,
    isStderrQuiet: settings.startedBy === 'front-end',
  });
  // Before anybody hands over sessions: it may fail.
  const guard = rememberJudgements(await createGuard());
  // Tokens are taken from nobody but this user's own daemon.
  if (settings.isReplacing) prepareSocketPath(settings.socket);
  const parcel: Parcel | undefined = settings.isReplacing
    ? await receiveHandOver(settings.socket, __SNOWPOOL_VERSION__, log)
    : undefined;
  const fingerprintKey = parcel ? Buffer.from(parcel.fingerprintKey, 'hex') : randomBytes(32);
  const programs = dirname(fileURLToPath(import.meta.url));
  const sandbox = new SandboxProcess({ program: join(programs, 'sandbox.mjs'), log, adopted: parcel?.sandbox });

  const driver = createSnowflakeDriver({ sandboxAddress: () => sandbox.address(), log });
  const pools = createPools({ driver, clock, random: Math.random, stateDir: settings.stateDir, log });
  const clients = createClients({ pools, clock, random: Math.random, newId: randomUUID, log });
  const audit = new GatheredLines(rotatedFile(settings.stateDir, 'audit.jsonl'));
  const counts = { succeeded: 0, failed: 0, refused: 0, cancelled: 0 };
  const queries = audited(createQueries({ guard, clock, newId: randomUUID, log, version: __SNOWPOOL_VERSION__ }), {
    clock,
    counts,
    write: (entry) => audit.write(JSON.stringify(entry)),
  });

  let isDraining = false;
  let takeNoteAway = () => {};
  const sources: StatusSources = {
    version: __SNOWPOOL_VERSION__,
    socket: settings.socket,
    startedBy: settings.startedBy,
    logFile: settings.logFile,
    startedAt,
    clock,
    pools,
    clients,
    counts,
    isDraining: () => isDraining,
  };
  const tools = createTools({
    queries,
    clock,
    newId: randomUUID,
    signingKey: randomBytes(32),
    status: () => daemonStatus(sources),
    log,
  });

  const idleExit = new IdleExit({
    clock,
    isToStay: () => settings.startedBy !== 'front-end' || frontEnds.attached.length > 0,
    leave: () => void stop({ isNow: false, reason: 'nobody has used it for 30 minutes' }),
  });
  const frontEnds: FrontEnds = new FrontEnds({
    clients,
    version: __SNOWPOOL_VERSION__,
    log,
    newId: randomUUID,
    resolve: (hello) => resolveProfiles(hello, settings, fingerprintKey),
    onChange: () => idleExit.look(),
  });

  const server = new Server({
    'grpc.max_receive_message_length': 64 * 1024 * 1024,
    'grpc.max_send_message_length': -1,
  });
  const contract = loadContract();
  server.addService(contract.Clients.service, {
    Attach: (stream: Parameters<FrontEnds['serve']>[0]) => frontEnds.serve(stream),
  });
  server.addService(contract.Tools.service, toolsService({ frontEnds, tools, log }));
  server.addService(contract.Queries.service, queriesService({ frontEnds, queries, clock, log }));
  server.addService(contract.Status.service, statusService(sources));
  server.addService(
    contract.Admin.service,
    adminService({
      clients,
      queries,
      pools,
      sandbox,
      fingerprintKey,
      clock,
      log,
      resolve: (request: Omit<ProfileRequest, 'home'> & { readonly home: string | undefined }) =>
        resolveChecked({ ...request, home: request.home ?? settings.home }, settings, fingerprintKey),
      stop: (options) => stop(options),
      reload: () => reload(),
      prepareToHandOver: () => {
        frontEnds.refuseNew();
        return taken;
      },
      leaveToSuccessor: () => leaveToSuccessor(),
    }),
  );
  // Before anybody can attach: a client that comes back is to find its context and its sessions.
  if (parcel) clients.adopt(parcel.clients);
  const taken = parcel ? pools.adopt(parcel.pools) : Promise.resolve();
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const socket = await listen({
    path: settings.socket,
    inheritedFd: settings.inheritedFd,
    clock,
    onConnection: (connection) => injector.injectConnection(connection),
  }).catch(async (error: unknown) => {
    // What was taken over is this daemon's to close.
    await taken;
    await pools.drain(clock.monotonic() + lastAnswersMs);
    await sandbox.close();
    throw error;
  });
  log.info({ socket: settings.socket, version: __SNOWPOOL_VERSION__, startedBy: settings.startedBy }, 'listening');
  notifyReady(log);
  await taken;
  // Front-ends may have attached while sessions were taken over.
  idleExit.look();

  let markEnded = () => {};
  const ended = new Promise<void>((resolve) => {
    markEnded = resolve;
  });

  let stopping: Promise<void> | undefined;
  function stop(options: { readonly isNow: boolean; readonly reason: string }): Promise<void> {
    stopping ??= end(options);
    return stopping;
  }

  async function end({ isNow, reason }: { readonly isNow: boolean; readonly reason: string }): Promise<void> {
    isDraining = true;
    log.info({ reason }, 'draining');
    await socket.close();
    takeNoteAway = leaveDrainNote(settings.socket);
    frontEnds.announceDrain(reason);
    const deadline = clock.monotonic() + (isNow ? 0 : drainMs);
    await clients.drain(deadline, (clientId) => frontEnds.dismiss(clientId));
    await pools.drain(clock.monotonic() + 5_000);
    await closeDown();
  }

  /** What was handed over lives on in the successor; what could not be is closed at Snowflake. */
  async function leaveToSuccessor(): Promise<void> {
    isDraining = true;
    await socket.close();
    clock.after(200, () => {
      stopping ??= pools.drain(clock.monotonic() + 5_000).then(closeDown);
    });
  }

  async function closeDown(): Promise<void> {
    idleExit.close();
    frontEnds.close();
    await answersSent();
    injector.destroy();
    server.forceShutdown();
    await sandbox.close();
    await audit.end();
    takeNoteAway();
    log.info('ended');
    await closeLog();
    markEnded();
  }

  /** What the last statements answered may be on its way still. */
  async function answersSent(): Promise<void> {
    const stop = new AbortController();
    const sent = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    await Promise.race([sent, clock.sleep(lastAnswersMs, stop.signal).catch(() => {})]);
    stop.abort();
  }

  async function reload(): Promise<readonly string[]> {
    const changes: string[] = [];
    for (const { hello, client } of frontEnds.attached)
      changes.push(...clients.reprofile(client, resolveProfiles(hello, settings, fingerprintKey)));
    log.info({ changes }, 'reloaded');
    return changes;
  }

  return { stop, reload, ended };
}

/** A front-end's profiles by connection name, the first one its default, and what is wrong with those that cannot be used. */
function resolveProfiles(hello: Hello__Output, settings: DaemonSettings, fingerprintKey: Uint8Array): Profiles {
  const { environment, sandbox: isSandbox } = hello;
  const home = environment.HOME ?? settings.home;
  const wanted: (string | undefined)[] = hello.connections.length > 0 ? hello.connections : [undefined];
  const resolved = wanted.map((connection) => {
    try {
      const request = { environment, home, connection, isSandbox, policy: hello.policy || undefined };
      const { profile } = resolveChecked(request, settings, fingerprintKey);
      return [connection ?? profile.name, profile] as const;
    } catch (error) {
      if (error instanceof SnowpoolError) return [connection ?? '', error] as const;
      throw error;
    }
  });
  return new Map<string, Profile | SnowpoolError>(resolved);
}

/** A profile whose policy the guard understands. Throws SnowpoolError as `resolveProfile` does. */
function resolveChecked(request: ProfileRequest, settings: DaemonSettings, fingerprintKey: Uint8Array): Resolved {
  const resolved = resolveProfile(request, fingerprintKey, settings.poolDefaults);
  checkEntries(resolved.profile.policy);
  return resolved;
}
