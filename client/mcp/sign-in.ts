/** A page that a sign-in waits for and no browser could show. */
export interface PendingPage {
  readonly url: string;
  readonly reason: string;
}

/**
 * Brings a sign-in's page to the person: in the browser, else through a call that is waiting (URL elicitation, or the text
 * of its answer). One call at most asks about one page.
 */
export class SignIn {
  readonly #open: (url: string) => Promise<boolean>;
  readonly #listeners = new Set<() => void>();
  #page: PendingPage | undefined;
  #isAsked = false;

  /** @param open shows a page in the browser; false where there is none. */
  constructor(open: (url: string) => Promise<boolean>) {
    this.#open = open;
  }

  /** Takes a page from the daemon. */
  async show(page: PendingPage): Promise<void> {
    this.#page = undefined;
    if (await this.#open(page.url)) return;
    this.#page = page;
    this.#isAsked = false;
    for (const listener of [...this.#listeners]) listener();
  }

  /** The page that has not reached the person through a browser; undefined: there is none. */
  get page(): PendingPage | undefined {
    return this.#page;
  }

  /** Takes on asking the person about the page; undefined where there is none, or another call asks already. */
  claim(): PendingPage | undefined {
    if (this.#isAsked) return undefined;
    this.#isAsked = this.#page !== undefined;
    return this.#page;
  }

  /** Calls back on each new page, until the returned function is called. */
  onPage(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The account has answered a call: nothing waits for a sign-in any more. */
  settle(): void {
    this.#page = undefined;
  }
}
