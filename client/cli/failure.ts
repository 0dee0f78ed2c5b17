/** What ends a command: one sentence for the person and the exit code for the script. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  /**
   * @param message one sentence: what was attempted, what came back.
   * @param next what to do about it; empty: nothing.
   * @param exitCode 2 misuse of the command line, 3 no daemon, 1 anything else.
   */
  constructor(
    message: string,
    readonly next: string = '',
    readonly exitCode: number = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A command line that cannot be understood (exit code 2); the message says what is allowed. */
export function misuse(message: string): CommandFailure {
  return new CommandFailure(message, '', 2);
}

/** A message as the terminal shows it: it begins as a sentence does, unless with a name or a flag. */
export function asSentence(message: string): string {
  return /^(?!snowpool\b)[a-z]+ /.test(message) ? `${message.charAt(0).toUpperCase()}${message.slice(1)}` : message;
}
