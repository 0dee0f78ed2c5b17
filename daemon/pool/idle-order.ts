import genericPool from 'generic-pool';

interface Node<Held> {
  readonly data: { readonly obj: Held };
  readonly next: Node<Held> | null;
}

/** generic-pool's deque as far as we use it; its types leave it out (DRIVER.md §1). */
interface Deque<Held> {
  readonly _list: { readonly head: Node<Held> | null; remove(node: Node<Held>): void };
  shift(): { readonly obj: Held } | undefined;
}

/** A deque that generic-pool takes for its idle list. */
export type DequeClass = new () => object;

const { Deque: BaseDeque } = genericPool as unknown as { readonly Deque: new () => Deque<unknown> };

/**
 * Lets the pool choose among what is idle. generic-pool takes the head of its idle list synchronously within `acquire()`;
 * so a list of ours can give out the best by a score that was set just before.
 */
export class IdleOrder<Held> {
  readonly deque: DequeClass;
  #score: ((held: Held) => number) | undefined;
  #picked: Held | undefined;

  constructor() {
    const choose = (head: Node<Held> | null) => this.#choose(head);
    const picked = (held: Held) => {
      this.#picked = held;
    };
    this.deque = class extends BaseDeque {
      override shift() {
        const best = choose(this._list.head as Node<Held> | null);
        if (!best) return undefined;
        this._list.remove(best);
        picked(best.data.obj);
        return best.data;
      }
    };
  }

  /** What `acquire` took from the idle list, by the highest score; equal ones newest first. */
  pick(score: (held: Held) => number, acquire: () => void): Held | undefined {
    this.#score = score;
    this.#picked = undefined;
    acquire();
    this.#score = undefined;
    return this.#picked;
  }

  #choose(head: Node<Held> | null): Node<Held> | null {
    if (!this.#score) return head;
    let best = head;
    let top = Number.NEGATIVE_INFINITY;
    for (let node = head; node; node = node.next) {
      const score = this.#score(node.data.obj);
      if (score > top) {
        top = score;
        best = node;
      }
    }
    return best;
  }
}
