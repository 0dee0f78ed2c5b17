import type { Clock } from '../clock.ts';
import type { Profile } from '../config/profile.ts';
import { type Context, digestOf, nothingChosen } from './context.ts';
import type { ClientLink } from './contract.ts';
import { type Held, heldText, nothingHeld } from './loss.ts';
import { OwnQueryIds } from './query-ids.ts';
import { type Saved, writeSaved } from './saved-context.ts';

/** Query ids that travel with the saved context. */
const savedQueryIds = 50;
/** Query ids change with every statement; they are saved before the first of many, as behind, and once the client pauses. */
const saveAfterMs = 250;

/** What one client has chosen on one connection, handed to its front-end after each change (DESIGN §6). */
export class ClientContext {
  readonly queryIds: OwnQueryIds;
  private context: Context;
  private savedContext: Context;
  private savedHeld: Held;
  private cancelSave: (() => void) | undefined;
  private isClosed = false;
  private changes = 0;

  constructor(
    private readonly options: {
      readonly connection: string;
      readonly profile: () => Profile;
      readonly link: ClientLink;
      readonly clock: Clock;
      /** What a pinned session holds, may hold in a moment, or held until it was lost and not reported yet. */
      readonly held: () => Held;
    },
    /** Names the attachment, also to the daemon after this one. */
    readonly key: string,
    /** As the front-end has it. */
    known: Omit<Saved, 'key'> | undefined,
  ) {
    this.context = known?.context ?? nothingChosen;
    this.savedContext = this.context;
    this.savedHeld = known?.held ?? nothingHeld;
    this.queryIds = new OwnQueryIds(known?.queryIds ?? [], () => this.saveSoon(), known?.isBehind);
  }

  get chosen(): Context {
    return this.context;
  }

  /** How often the client has chosen another context. What its first session gave it is no choice of its own. */
  get choiceCount(): number {
    return this.changes;
  }

  /** Records what the client has chosen from now on. */
  choose(context: Context): void {
    if (digestOf(context) !== digestOf(this.context)) this.changes += 1;
    this.context = context;
    this.save();
  }

  /** The client's first session decides on the names that it did not choose; nothing that a front-end must keep. */
  settleOn(context: Context): void {
    this.context = context;
  }

  /** Hands the context over where it changed. */
  save(): void {
    if (this.isClosed) return;
    const held = this.options.held();
    const isSame = this.savedContext === this.context || digestOf(this.savedContext) === digestOf(this.context);
    if (isSame && heldText(this.savedHeld) === heldText(held)) return;
    this.write(held);
  }

  close(): void {
    if (this.isClosed) return;
    this.cancelSave?.();
    if (this.cancelSave) this.write(this.options.held(), false);
    this.isClosed = true;
  }

  private write(held: Held, isBehind = this.cancelSave !== undefined): void {
    this.savedContext = this.context;
    this.savedHeld = held;
    const saved: Saved = {
      key: this.key,
      context: this.context,
      held,
      queryIds: this.queryIds.newest(savedQueryIds),
      isBehind,
    };
    this.options.link.saveContext(this.options.connection, writeSaved(saved, this.options.profile()));
  }

  private saveSoon(): void {
    if (this.cancelSave || this.isClosed) return;
    this.cancelSave = this.options.clock.after(saveAfterMs, () => {
      this.cancelSave = undefined;
      this.write(this.options.held());
    });
    this.write(this.options.held());
  }
}
