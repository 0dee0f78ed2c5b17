import type { Clock } from '../clock.ts';
import type { StatementEffects } from './contract.ts';
import { type Held, type Loss, lossError } from './loss.ts';

/** How far apart calls may arrive that a client sent at once. */
const gatherMs = 50;

/** Sees to it that a client hears of a lost pin once, and that nothing meant for what is gone runs (DESIGN §6). */
export class Losses {
  private pending: Loss | undefined;
  private last: Loss | undefined;
  /** Calls up to this one were made before the client could hear of the last loss. */
  private refusedUpTo = 0;

  constructor(private readonly clock: Clock) {}

  /** To be reported to the client's next statement. */
  add(loss: Loss): void {
    this.pending = loss;
  }

  /** The client hears of it now, through the answer of call number `calls` or an earlier one. */
  report(loss: Loss, calls: number): void {
    this.last = loss;
    this.refusedUpTo = calls;
    this.pending = undefined;
  }

  /**
   * Refuses the first call after a loss, and with it those that were made before the client could know: what it sent in the
   * same moment arrives within `gatherMs` of it, and until then nothing is answered. After the loss of a transaction alone
   * BEGIN and ROLLBACK may run: no write stands alone by them, and `tellWith` tells of the loss along with their answer.
   * @param arrival the call's number; @param calls the number of the newest call.
   * Rejects with SnowpoolError session_lost, or with the signal's reason.
   */
  async check(
    arrival: number,
    calls: () => number,
    signal: AbortSignal,
    effects: Pick<StatementEffects, 'transaction'>,
  ): Promise<void> {
    const loss = this.pending;
    if (loss && !mayPass(loss, effects)) {
      await this.clock.sleep(gatherMs, signal);
      if (this.pending === loss) this.report(loss, calls());
      throw lossError(loss, false);
    }
    if (this.last && arrival <= this.refusedUpTo) throw lossError(this.last, false);
  }

  /** What the answer of a statement that `check` let pass says beside its own; empty where nothing was lost. */
  tellWith(effects: Pick<StatementEffects, 'transaction'>): readonly string[] {
    const loss = this.pending;
    if (!loss || !mayPass(loss, effects)) return [];
    this.pending = undefined;
    return [lossError(loss, true).message];
  }

  get unreported(): Held | undefined {
    return this.pending;
  }
}

function mayPass(loss: Loss, { transaction }: Pick<StatementEffects, 'transaction'>): boolean {
  const isTransactionAlone = loss.isTransaction && !loss.isTemporary && !loss.isAnew;
  return isTransactionAlone && (transaction === 'begin' || transaction === 'rollback');
}
