/**
 * Folder api/: the daemon's gRPC services, one a file; the socket; errors as statuses. The top layer: it may import every
 * layer below, and is imported by daemon.ts alone. This file: who is attached.
 */
import type { Writable } from 'node:stream';
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { AttachEvent } from '../../proto/generated/snowpool/v1/AttachEvent.ts';
import type { AttachRequest__Output } from '../../proto/generated/snowpool/v1/AttachRequest.ts';
import type { Hello__Output } from '../../proto/generated/snowpool/v1/Hello.ts';
import type { AttachedClient, ClientIdentity, ClientLink, Clients, Profiles } from '../clients/contract.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { toStatus } from './status-codes.ts';

type Stream = ServerDuplexStream<AttachRequest__Output, AttachEvent>;

/** One attached front-end as the services find it. */
interface Entry {
  readonly id: string;
  readonly hello: Hello__Output;
  readonly stream: Stream;
  readonly client: AttachedClient;
  name: string;
  /** Calls that have not been answered yet. */
  calls: number;
  /** Its stream ends with its last call. */
  isDismissed: boolean;
}

interface FrontEndOptions {
  readonly clients: Clients;
  readonly version: string;
  readonly log: Logger;
  newId(): string;
  resolve(hello: Hello__Output): Profiles;
  /** Called when a front-end has attached or gone. */
  onChange(): void;
}

/** The front-ends that are attached: the stream's life is the client's life (DESIGN §6). */
export class FrontEnds {
  private readonly entries = new Map<string, Entry>();
  private isDraining = false;

  constructor(private readonly options: FrontEndOptions) {}

  /** Serves one Attach stream from its `hello` to its end. */
  serve(stream: Stream): void {
    let entry: Entry | undefined;
    stream.on('data', (message: AttachRequest__Output) => {
      try {
        if (message.message === 'hello' && message.hello) {
          if (entry)
            throw new SnowpoolError('invalid_argument', 'A second hello on one stream: allowed is one, first.');
          entry = this.welcome(message.hello, stream);
        } else if (message.message === 'identity' && message.identity && entry) {
          entry.name = message.identity.name;
          entry.client.identify(message.identity.name, message.identity.version);
        } else {
          throw new SnowpoolError('invalid_argument', 'The first message on an Attach stream must be hello.');
        }
      } catch (error) {
        stream.emit('error', Object.assign(new Error(), toStatus(error)));
      }
    });
    const leave = () => {
      if (entry) this.leave(entry);
    };
    stream.on('cancelled', leave);
    stream.on('close', leave);
    stream.on('error', leave);
    stream.on('end', () => {
      leave();
      stream.end();
    });
  }

  /**
   * The client that an id names. A profile that could not be resolved when it attached is tried again, so that mending a
   * file is enough; until then each use of that connection says why.
   * Throws SnowpoolError where nobody is attached under the id.
   */
  find(clientId: string): AttachedClient {
    const entry = this.entries.get(clientId);
    if (!entry) {
      throw new SnowpoolError(
        'invalid_argument',
        `No front-end with the id '${clientId}' is attached.`,
        'Attach again.',
        { reason: 'not_attached' },
      );
    }
    const { client, hello } = entry;
    if (client.unusable.size > 0) this.options.clients.complete(client, this.options.resolve(hello));
    return client;
  }

  /** Counts a call of this client until it is answered: a client that is dismissed meanwhile still gets its answer. */
  called(clientId: string, answers: Writable): void {
    const entry = this.entries.get(clientId);
    if (!entry) return;
    entry.calls++;
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      entry.calls--;
      this.endIfThrough(entry);
    };
    answers.once('finish', over);
    answers.once('cancelled', over);
  }

  /** Lets a client go as soon as its calls are answered: nothing of it runs here any more, and it may go to the next daemon. */
  dismiss(clientId: string): void {
    const entry = this.entries.get(clientId);
    if (!entry) return;
    entry.isDismissed = true;
    this.endIfThrough(entry);
  }

  /** Attaches nobody from now on. */
  refuseNew(): void {
    this.isDraining = true;
  }

  /** Tells every front-end that the daemon is about to end. */
  announceDrain(reason: string): void {
    this.refuseNew();
    for (const { stream } of this.entries.values()) stream.write({ draining: { reason } });
  }

  /** Ends every stream. */
  close(): void {
    for (const entry of this.entries.values()) entry.stream.end();
  }

  /** Each attached front-end's hello, for a reload. */
  get attached(): readonly { readonly hello: Hello__Output; readonly client: AttachedClient }[] {
    return [...this.entries.values()];
  }

  private endIfThrough(entry: Entry): void {
    if (entry.isDismissed && entry.calls === 0) entry.stream.end();
  }

  private welcome(hello: Hello__Output, stream: Stream): Entry {
    if (this.isDraining)
      throw new SnowpoolError('draining', 'The daemon is about to end.', 'Attach again in a moment.');
    const id = this.options.newId();
    const name = hello.identity?.name || 'unknown';
    const version = hello.identity?.version ?? '';
    const client = this.connect({ id, name, version, pid: hello.pid }, hello, stream);
    const entry: Entry = { id, hello, stream, client, name, calls: 0, isDismissed: false };
    const problem = problemOf(client);
    this.entries.set(entry.id, entry);
    stream.write({
      attached: {
        clientId: entry.id,
        daemonVersion: this.options.version,
        daemonPid: process.pid,
        connections: [...client.connections],
        problem,
      },
    });
    this.options.log.info(
      { client: entry.name, clientPid: hello.pid, clientId: entry.id, problem: problem || undefined },
      'client attached',
    );
    for (const text of [...otherSizes(client), ...stricterPolicies(client, hello.policy)])
      stream.write({ notice: { level: 'warning', text } });
    this.options.onChange();
    return entry;
  }

  private connect(identity: ClientIdentity, hello: Hello__Output, stream: Stream): AttachedClient {
    const link: ClientLink = {
      saveContext: (connection, context) => stream.write({ context: { connection, context: Buffer.from(context) } }),
      prompt: { openUrl: (url) => stream.write({ openUrl: { url, reason: 'Snowflake asks you to sign in.' } }) },
      notice: (level, text) => stream.write({ notice: { level, text } }),
    };
    return this.options.clients.attach(
      identity,
      this.options.resolve(hello),
      new Map(Object.entries(hello.contexts)),
      link,
    );
  }

  private leave(entry: Entry): void {
    if (!this.entries.delete(entry.id)) return;
    this.options.log.info({ client: entry.name, clientPid: entry.hello.pid, clientId: entry.id }, 'client gone');
    this.options.onChange();
    entry.client.detach().catch((error: unknown) => {
      this.options.log.error({ err: error, clientId: entry.id }, 'a client could not be detached cleanly');
    });
  }
}

/** What is wrong with its connections, for a person; empty where all can be used. */
function problemOf({ connections, unusable }: AttachedClient): string {
  const sentences = [...unusable].map(([connection, { message, next }]) => {
    const problem = [message, next].filter((part) => part !== '').join(' ');
    return connections.length > 1 ? `Connection ${connection}: ${problem}` : problem;
  });
  return sentences.join('\n');
}

/** `--policy` only tightens (docs/guard.md): a sentence for each connection whose profile is stricter than what was asked. */
function stricterPolicies(client: AttachedClient, asked: string): readonly string[] {
  if (asked === '') return [];
  return usableConnections(client).flatMap((connection) => {
    const { mode } = client.attachment(connection).profile.policy;
    if (mode === asked) return [];
    return [
      `Connection ${connection} stays ${mode}: --policy ${asked} does not loosen it. SNOWPOOL_POLICY=${asked} in the environment does, or policy.mode in snowpool's file.`,
    ];
  });
}

const usableConnections = ({ connections, unusable }: AttachedClient): readonly string[] =>
  connections.filter((connection) => !unusable.has(connection));

/** A pool has the sizes that its first client brought (DESIGN §5): a sentence for each connection that asked for others. */
function otherSizes(client: AttachedClient): readonly string[] {
  return usableConnections(client).flatMap((connection) => {
    const attachment = client.attachment(connection);
    const asked = attachment.profile.pool;
    const { minSize, maxSize } = attachment.poolStatus();
    if (asked.minSize === minSize && asked.maxSize === maxSize) return [];
    return [
      `Connection ${connection} asks for ${asked.minSize} to ${asked.maxSize} sessions; its pool has the sizes that the first client brought: ${minSize} to ${maxSize}.`,
    ];
  });
}
