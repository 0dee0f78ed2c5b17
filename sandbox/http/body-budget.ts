/** What the bodies of all requests under way may take together: beyond it the large ones are refused. */
export class BodyBudget {
  #heldBytes = 0;

  constructor(
    private readonly mostBytes: number,
    /** Bodies below it always find room. */
    private readonly smallBytes: number,
  ) {}

  /** Notes that a body has grown from `before` bytes; false where there is no room for it. What was taken stays to be given back. */
  grow(before: number, bytes: number): boolean {
    this.#heldBytes += bytes;
    return before + bytes <= this.smallBytes || this.#heldBytes <= this.mostBytes;
  }

  giveBack(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}
