import type { Held } from './loss.ts';
import type { Ticket } from './ticket.ts';

/** A session kept for one client because of what it holds (DESIGN §4 "pinned session"). */
export class Pin {
  /** Statements that run on it at this moment. */
  loans = 0;
  cancelIdle: () => void = () => {};

  constructor(
    readonly ticket: Ticket,
    public held: Held,
    private readonly giveBack: () => void,
  ) {}

  /** Frees its place among the pins. */
  end(): void {
    this.cancelIdle();
    this.giveBack();
  }
}
