import type { CallToolEvent__Output } from '../../proto/generated/snowpool/v1/CallToolEvent.ts';
import type { CallToolRequest } from '../../proto/generated/snowpool/v1/CallToolRequest.ts';
import type { InputRequired__Output } from '../../proto/generated/snowpool/v1/InputRequired.ts';
import type { Progress__Output } from '../../proto/generated/snowpool/v1/Progress.ts';
import type { ToolsClient } from '../../proto/generated/snowpool/v1/Tools.ts';

/** How a tool call went on: with its result (MCP's JSON), or with questions to the person. */
export type ToolOutcome =
  | { readonly kind: 'result'; readonly json: string }
  | { readonly kind: 'input-required'; readonly inputRequired: InputRequired__Output };

/**
 * Sends one tool call to the daemon. Aborting the signal cancels it there, and so at Snowflake.
 * Rejects with gRPC's ServiceError.
 */
export function callTool(
  tools: ToolsClient,
  request: CallToolRequest,
  signal: AbortSignal,
  onProgress: (progress: Progress__Output) => void,
): Promise<ToolOutcome> {
  return new Promise((resolve, reject) => {
    const stream = tools.call(request);
    const cancel = () => stream.cancel();
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true });
    const done = () => signal.removeEventListener('abort', cancel);
    stream.on('data', (event: CallToolEvent__Output) => {
      if (event.progress) return onProgress(event.progress);
      done();
      if (event.inputRequired) resolve({ kind: 'input-required', inputRequired: event.inputRequired });
      else resolve({ kind: 'result', json: event.resultJson ?? '' });
    });
    stream.on('error', (error) => {
      done();
      reject(error);
    });
    stream.on('end', () => {
      done();
      // Without effect after a result.
      reject(new Error('the daemon ended a tool call without a result'));
    });
  });
}
