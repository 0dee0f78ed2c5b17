/** A failure that the daemon itself reported (DESIGN §10). */
export class DaemonFailure extends Error {
  override readonly name = 'DaemonFailure';
  constructor(
    readonly code: string,
    message: string,
    readonly next: string,
    readonly details: Readonly<Record<string, unknown>>,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
