/** What one pooled session is known to carry: the layer's own mark on it, kept in the session's `carries` slot. */

import type { CurrentObjects, DriverError } from '../pool/driver.ts';
import { type Context, type KnownContext, nothingChosen, sameCurrent, withLogin } from './context.ts';

/** Objects that a procedure or block may have left behind; only its own client may see this session again. */
export interface Leftover {
  readonly ownerKey: string;
}

export class Carried {
  private known: KnownContext;
  /** As the account last reported it; undefined while it has reported nothing. */
  isAutocommit: boolean | undefined;
  /** The database whose default schema is current because we entered it by USE DATABASE. */
  defaultSchemaOf: string | undefined;
  leftover: Leftover | undefined;
  /** What the account last said when it refused an alignment. */
  refusal: DriverError | undefined;
  /** Of the statement that ran last on the session, with nothing of ours after it. */
  lastQueryId: string | undefined;

  constructor(
    /** Current objects right after the login. */
    readonly login: CurrentObjects,
    context: Context = nothingChosen,
  ) {
    this.known = withLogin(context, login);
  }

  get context(): KnownContext {
    return this.known;
  }

  set context(context: KnownContext) {
    const [before, now] = [this.known, context].map(({ parameters }) => parameters.get('AUTOCOMMIT'));
    // What the account reported before is of no use once that was changed.
    if (
      before?.kind !== now?.kind ||
      (before?.kind === 'boolean' && now?.kind === 'boolean' && before.value !== now.value)
    )
      this.isAutocommit = now?.kind === 'boolean' ? now.value === 'true' : undefined;
    this.known = context;
  }

  /** True where nothing was chosen on the session since its login. */
  get isFresh(): boolean {
    const { current, secondaryRoles, parameters, variables } = this.context;
    return (
      sameCurrent(current, this.login) && secondaryRoles === undefined && parameters.size === 0 && variables.size === 0
    );
  }
}
