import { status as grpc } from '@grpc/grpc-js';
import type { ToolsHandlers } from '../../proto/generated/snowpool/v1/Tools.ts';
import { SnowpoolError } from '../errors.ts';
import type { Logger } from '../log/logger.ts';
import { type Tools, UnknownTool } from '../tools/tools.ts';
import type { FrontEnds } from './attach.ts';
import { callSignal } from './call-signal.ts';
import { toStatus } from './status-codes.ts';

/** Serves `Tools`: MCP's requests, decoded, with one AbortSignal that ends with the call. */
export function toolsService(options: {
  readonly frontEnds: FrontEnds;
  readonly tools: Tools;
  readonly log: Logger;
}): ToolsHandlers {
  const { frontEnds, tools, log } = options;
  return {
    List(call, callback) {
      try {
        const { clientId, cursor } = call.request;
        callback(null, { resultJson: JSON.stringify(tools.list(frontEnds.find(clientId), cursor)) });
      } catch (error) {
        callback(toStatus(error));
      }
    },

    Call(stream) {
      const { request } = stream;
      frontEnds.called(request.clientId, stream);
      const signal = callSignal(stream, 'The client cancelled the call.');
      const started = async () => {
        const client = frontEnds.find(request.clientId);
        const args = parseJson(request.argumentsJson || '{}', 'arguments');
        return await tools.call(client, {
          name: request.name,
          arguments: args,
          requestId: request.requestId,
          capabilities: parseJson(request.capabilitiesJson || '{}', 'capabilities'),
          ...(request.inputResponsesJson
            ? { inputResponses: parseJson(request.inputResponsesJson, 'input responses') }
            : {}),
          ...(request.requestState ? { requestState: request.requestState } : {}),
          resent: request.resent,
          signal,
          onProgress(progress) {
            if (request.wantsProgress)
              stream.write({
                progress: { progress: progress.progress, total: progress.total ?? 0, message: progress.message },
              });
          },
        });
      };
      started().then(
        (answer) => {
          if ('result' in answer) stream.write({ resultJson: JSON.stringify(answer.result) });
          else
            stream.write({
              inputRequired: {
                inputRequestsJson: JSON.stringify(answer.inputRequired.inputRequests),
                requestState: answer.inputRequired.requestState,
              },
            });
          stream.end();
        },
        (error: unknown) => {
          if (error instanceof UnknownTool) {
            stream.emit(
              'error',
              Object.assign(new Error(error.message), { code: grpc.NOT_FOUND, details: error.message }),
            );
            return;
          }
          if (!(error instanceof SnowpoolError))
            log.error(
              { err: error, requestId: request.requestId, tool: request.name },
              'a tool call failed unexpectedly',
            );
          stream.emit('error', Object.assign(new Error(), toStatus(error)));
        },
      );
    },

    Forward(call, callback) {
      const abort = new AbortController();
      call.on('cancelled', () => abort.abort(new SnowpoolError('cancelled', 'The client cancelled the request.')));
      const { clientId, method, paramsJson } = call.request;
      const started = async () =>
        tools.forward(frontEnds.find(clientId), method, parseJson(paramsJson || '{}', 'params'), abort.signal);
      started().then(
        (result) => callback(null, { resultJson: JSON.stringify(result) }),
        (error: unknown) => {
          if (error instanceof UnknownTool) callback({ code: grpc.NOT_FOUND, details: error.message });
          else callback(toStatus(error));
        },
      );
    },
  };
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnowpoolError('invalid_argument', `The ${what} are not JSON.`, '', {}, { cause: error });
  }
}
