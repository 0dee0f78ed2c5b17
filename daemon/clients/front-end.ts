import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { ClientAttachment } from './attachment.ts';
import type { AttachedClient, ClientIdentity, ClientLink, ClientStatus, Profiles } from './contract.ts';
import type { ParcelAttachment } from './hand-over.ts';
import type { OpenLoan } from './open-loan.ts';
import type { PoolShares } from './pool-shares.ts';

/** What there is to say of a connection that cannot be used. */
const unused = { fingerprint: '', running: 0, waiting: 0, pinned: '', calls: 0, context: '' };

/** One attached front-end with its attachments, one for each named connection. */
export class FrontEnd implements AttachedClient {
  identity: ClientIdentity;
  onGone: () => void = () => {};
  connections: readonly string[] = [];
  private readonly seats = new Map<string, ClientAttachment>();
  private readonly refused = new Map<string, SnowpoolError>();
  /** What the front-end kept from before, each until its connection is attached: later it would be out of date. */
  private readonly contexts: Map<string, Uint8Array>;
  private readonly since: number;
  private isClosing = false;
  private leaving: Promise<void> | undefined;

  constructor(
    private readonly options: {
      readonly identity: ClientIdentity;
      readonly link: ClientLink;
      readonly contexts: ReadonlyMap<string, Uint8Array>;
      readonly shares: PoolShares;
      readonly inherited: Map<string, ParcelAttachment>;
      readonly clock: Clock;
      readonly newId: () => string;
      readonly log: Logger;
    },
  ) {
    this.identity = options.identity;
    this.contexts = new Map(options.contexts);
    this.since = options.clock.monotonic();
  }

  /**
   * Attaches to these profiles, by connection name, and to no others. What is attached already and cannot be used any more
   * goes on as it was.
   * @returns a sentence for each change to what was attached before.
   */
  connect(profiles: Profiles): readonly string[] {
    if (this.isClosing) return [];
    const changes: string[] = [];
    const who = `${this.identity.name} (pid ${this.identity.pid})`;
    for (const [connection, attachment] of this.seats) {
      const profile = profiles.get(connection) ?? profiles.get('');
      if (profile instanceof SnowpoolError)
        changes.push(`${who}: connection ${connection} goes on as it was: ${profile.message}`);
      else if (profile) changes.push(...this.follow(attachment, profile).map((change) => `${who}: ${change}`));
      else {
        this.seats.delete(connection);
        changes.push(`${who}: connection ${connection} is gone.`);
        this.stand(attachment).catch((error: unknown) =>
          this.options.log.error({ err: error }, 'a connection was not left'),
        );
      }
    }
    this.complete(profiles);
    return changes;
  }

  /** Attaches to those profiles to which it is not; leaves the others as they are. Nothing once the front-end is to go. */
  complete(profiles: Profiles): void {
    if (this.isClosing) return;
    this.refused.clear();
    // One that was not named has its name by now.
    if (profiles.get('') instanceof SnowpoolError && this.seats.size > 0) return;
    this.connections = [...profiles.keys()].filter((name) => name !== '');
    for (const [connection, profile] of profiles) {
      if (this.seats.has(connection)) continue;
      if (profile instanceof SnowpoolError) this.refused.set(connection, profile);
      else this.sit(connection, profile);
    }
  }

  get unusable(): ReadonlyMap<string, SnowpoolError> {
    return this.refused;
  }

  get attachments(): readonly ClientAttachment[] {
    return [...this.seats.values()];
  }

  attachment(connection?: string): ClientAttachment {
    const name = connection ?? this.connections[0] ?? '';
    const found = this.seats.get(name);
    if (found) return found;
    const refusal = this.refused.get(name);
    if (refusal) throw refusal;
    const names = this.connections.join(', ');
    throw new SnowpoolError(
      'unknown_profile',
      connection === undefined
        ? 'This client has no connection.'
        : `This client has no connection named '${connection}'.`,
      names === '' ? 'Set SNOWFLAKE_ACCOUNT and credentials, or name a connection.' : `There are: ${names}.`,
    );
  }

  identify(name: string, version: string): void {
    this.identity = { ...this.identity, name, version };
  }

  detach(): Promise<void> {
    this.leaving ??= this.leave();
    return this.leaving;
  }

  /** Another daemon has the sessions: the end of the stream closes nothing any more. */
  leaveBehind(): void {
    this.isClosing = true;
    for (const attachment of this.attachments) attachment.leaveBehind();
    this.leaving ??= Promise.resolve();
    this.onGone();
  }

  refuse(error: SnowpoolError): void {
    this.isClosing = true;
    for (const attachment of this.attachments) attachment.refuse(error);
  }

  loans(): readonly OpenLoan[] {
    return this.attachments.flatMap((attachment) => [...attachment.loans]);
  }

  async settled(): Promise<void> {
    await Promise.all(this.attachments.map((attachment) => attachment.settled()));
  }

  status(): ClientStatus {
    return {
      identity: this.identity,
      attachedMs: this.options.clock.monotonic() - this.since,
      connections: this.inOrder([
        ...this.attachments.map((attachment) => ({
          connection: attachment.connection,
          fingerprint: attachment.profile.fingerprint,
          running: attachment.loans.size,
          waiting: attachment.waiting,
          pinned: attachment.pins.text,
          calls: attachment.calls,
          context: attachment.contextText,
          problem: '',
        })),
        ...[...this.refused].map(([connection, { message }]) => ({
          ...unused,
          connection: connection || 'default',
          problem: message,
        })),
      ]),
    };
  }

  /** The default first, as in `connections`. */
  private inOrder<T extends { readonly connection: string }>(items: readonly T[]): readonly T[] {
    const placeOf = ({ connection }: T) => this.connections.indexOf(connection);
    return [...items].sort((one, other) => placeOf(one) - placeOf(other));
  }

  /** @returns a sentence where something changed. */
  private follow(attachment: ClientAttachment, profile: Profile): string[] {
    const { connection, profile: before, share: left } = attachment;
    const share = this.options.shares.join(profile, this.identity.id);
    attachment.follow(profile, share);
    this.options.shares.part(left, this.identity.id);
    if (left !== share) return [`connection ${connection} has another account, user or default; it begins anew.`];
    this.options.shares.resize(profile);
    const isSame = JSON.stringify([before.policy, before.limits]) === JSON.stringify([profile.policy, profile.limits]);
    return isSame ? [] : [`policy or limits of connection ${connection} changed.`];
  }

  private sit(connection: string, profile: Profile): void {
    const { link, shares, inherited, clock, newId, log } = this.options;
    const share = shares.join(profile, this.identity.id);
    const saved = this.contexts.get(connection);
    this.contexts.delete(connection);
    const identity = () => this.identity;
    const options = { identity, connection, profile, share, link, saved, inherited, clock, newId, log };
    this.seats.set(connection, new ClientAttachment(options));
  }

  private async stand(attachment: ClientAttachment): Promise<void> {
    const left = attachment.detach();
    this.options.shares.part(attachment.share, this.identity.id);
    await left;
  }

  private async leave(): Promise<void> {
    this.isClosing = true;
    this.onGone();
    await Promise.all(this.attachments.map((attachment) => this.stand(attachment)));
  }
}
