import type { ClientUnaryCall, ServiceError } from '@grpc/grpc-js';

/** Makes a unary gRPC call a promise; aborting the signal cancels the call. Rejects with gRPC's ServiceError. */
export function unary<Answer>(
  signal: AbortSignal,
  start: (done: (error: ServiceError | null, answer?: Answer) => void) => ClientUnaryCall,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = () => call.cancel();
    const call = start((error, answer) => {
      signal.removeEventListener('abort', cancel);
      if (error) reject(error);
      else if (answer === undefined) reject(new Error('the daemon sent an empty answer'));
      else resolve(answer);
    });
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
  });
}
