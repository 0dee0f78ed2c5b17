import { mostFailedSessions } from '../clients/prepare.ts';

/** How often one statement may still be sent (DESIGN §7): once more where it may have run, a few times where it was refused unexecuted. */
export class SecondTries {
  #hasRunAgain = false;
  /** Sessions that refused it, unexecuted. */
  #refusals = 0;

  /** True once. */
  mayRunAgain(): boolean {
    const mayRun = !this.#hasRunAgain;
    this.#hasRunAgain = true;
    return mayRun;
  }

  /** Counts a refusal; true until there were too many. */
  mayBeRefused(): boolean {
    this.#refusals += 1;
    return this.#refusals < mostFailedSessions;
  }
}
