/** What the rules of the guard report to the policy: everything in a text that is more than a plain read. */

/**
 * - `act`: something that changes or may change more than the caller's own context; `kind` is what the policy's lists
 *   name, `isProtected` that only the full kind allows it, not a shorter one
 * - `function`: a call of the account's own function, or of one that calls a model
 * - `mention`: a kind of statement inside another one (a task's body, a branch of MERGE): only a deny entry looks at it
 * - `run-time`: calls what the text does not show; a policy that shuts off or denies anything cannot let it pass
 * - `unclear`: the text cannot be judged; `mode` alone lets it pass
 * Offsets point into the text; reasons are the end of a sentence that begins with the statement's kind.
 */
export type Finding =
  | {
      readonly type: 'act';
      readonly kind: string;
      readonly reason: string;
      readonly offset: number;
      readonly isProtected?: boolean;
    }
  | { readonly type: 'function'; readonly class: 'user' | 'ai'; readonly name: string; readonly offset: number }
  | { readonly type: 'run-time'; readonly reason: string; readonly offset: number }
  | { readonly type: 'mention'; readonly kind: string; readonly offset: number }
  | { readonly type: 'unclear'; readonly reason: string; readonly offset: number };
