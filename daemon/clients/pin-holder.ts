import type { ClientAttachment } from './attachment.ts';
import type { ParcelAttachment } from './hand-over.ts';
import { type Held, heldText, keptText, type Loss, nothingHeld } from './loss.ts';
import type { Pin } from './pin.ts';

/** The one session that a client may have for itself: until it is done, idle for too long, or lost. */
export class PinHolder {
  /** What the statement that runs may leave to be kept: should the daemon die meanwhile, the next one reports it. */
  impending: Held | undefined;
  private pin: Pin | undefined;

  constructor(private readonly client: ClientAttachment) {}

  get current(): Pin | undefined {
    return this.pin;
  }

  /** What is held now, may be in a moment, or was until it was lost and is not reported yet. */
  get held(): Held {
    return this.pin?.held ?? this.impending ?? this.client.losses.unreported ?? nothingHeld;
  }

  /** For people: what the session holds; empty where there is none. */
  get text(): string {
    return this.pin ? keptText(this.pin.held) : '';
  }

  keep(pin: Pin): void {
    const { share, client } = this.client;
    this.pin = pin;
    share.keepers.add(client.id);
    share.pool.pin(pin.ticket.session, true);
    this.watchIdle(pin);
  }

  /** The session is no longer kept; what becomes of it is the caller's to say. */
  end(pin: Pin): void {
    if (this.pin === pin) {
      this.pin = undefined;
      this.client.share.keepers.delete(this.client.client.id);
    }
    pin.end();
  }

  /** The session is the pool's again, as it is. */
  giveBack(pin: Pin): void {
    this.end(pin);
    this.client.share.pool.pin(pin.ticket.session, false);
    pin.ticket.release();
  }

  /** Forgets it without touching the session: another daemon has it. */
  leaveBehind(): void {
    this.pin?.cancelIdle();
    this.pin = undefined;
  }

  /**
   * The session is gone.
   * @param isReported true where the caller tells the client; else its next statement does.
   * @param isAnew true where its context goes as well.
   */
  lose(pin: Pin, reason: string, isReported: boolean, isAnew = false): Loss {
    const { losses, calls } = this.client;
    const loss: Loss = { ...pin.held, reason, isAnew };
    this.end(pin);
    // That a schema is gone is told when the client's context cannot be restored on another session.
    if (heldText(loss) === '') return loss;
    if (isReported) losses.report(loss, calls);
    else losses.add(loss);
    return loss;
  }

  /** Begins to count idle time; the last statement on it is over. */
  watchIdle(pin: Pin): void {
    const { options, profile } = this.client;
    pin.cancelIdle();
    pin.cancelIdle = options.clock.after(profile.limits.pinIdleMs, () => this.expire(pin));
  }

  /** Takes back what an older daemon kept for this client. */
  async claim({ sessionId, held }: NonNullable<ParcelAttachment['pin']>): Promise<void> {
    const { client } = this;
    const { share } = client;
    const pin = await share.claim(sessionId, held, client.client.id, client.holder);
    if (!pin) return client.losses.add({ ...held, reason: 'it did not outlive the change of the daemon' });
    const hasMoved = client.share !== share;
    if (!client.isGone && !hasMoved) return this.keep(pin);
    pin.end();
    client.closeQuietly(pin.ticket.evict('pin'));
    if (hasMoved) client.losses.add({ ...held, reason: 'the settings of its connection were changed', isAnew: true });
  }

  private expire(pin: Pin): void {
    if (this.pin !== pin || pin.loans > 0) return;
    const { client } = this;
    const minutes = Math.round(client.profile.limits.pinIdleMs / 60_000);
    const what = keptText(pin.held);
    this.lose(pin, `it was idle for ${minutes === 1 ? 'a minute' : `${minutes} minutes`}`, false);
    client.own.save();
    client.options.link.notice('warning', `Your session with ${what} was closed: it was idle for ${minutes} min.`);
    client.closeQuietly(pin.ticket.evict('pin'));
  }
}
