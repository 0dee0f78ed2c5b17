const most = 10;

/** What a person should know of a pool beside its state: each sentence once, the newest ten. */
export class Notes {
  readonly #texts: string[] = [];

  get all(): readonly string[] {
    return this.#texts;
  }

  add(text: string): void {
    if (!this.#texts.includes(text)) this.#texts.push(text);
    if (this.#texts.length > most) this.#texts.shift();
  }

  clear(): void {
    this.#texts.length = 0;
  }
}
