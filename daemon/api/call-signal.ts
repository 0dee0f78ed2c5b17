import type { Writable } from 'node:stream';
import { SnowpoolError } from '../errors.ts';

/**
 * A signal that aborts with `cancelled` when the client gives up a call whose answers go to `answers`.
 * @param why the error's sentence.
 */
export function callSignal(answers: Writable, why: string): AbortSignal {
  const abort = new AbortController();
  const cancel = () => abort.abort(new SnowpoolError('cancelled', why));
  answers.once('cancelled', cancel);
  // grpc-js says of every call that it was cancelled, once it is answered: that is none, and an error's stack is dear.
  answers.once('finish', () => answers.removeListener('cancelled', cancel));
  return abort.signal;
}
