import type { Readable, Writable } from 'node:stream';
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from '@modelcontextprotocol/server';
import { withPlainRefusal } from './invalid-params.ts';

/** Bytes of one message; a longer one is answered with an error and skipped. */
const maxLineBytes = 64 * 1024 * 1024;

/**
 * MCP over stdio, one JSON-RPC message a line. Unlike the SDK's own transport it answers a line that is no message with a
 * JSON-RPC error instead of dropping it, and a line that is too long does not end the connection.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  /** Sees each message before the SDK does. */
  readonly #onInbound: (message: JSONRPCMessage) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  #parts: Buffer[] = [];
  #length = 0;
  #isSkipping = false;
  #isClosed = false;

  constructor(input: Readable, output: Writable, onInbound: (message: JSONRPCMessage) => void) {
    this.#input = input;
    this.#output = output;
    this.#onInbound = onInbound;
  }

  async start(): Promise<void> {
    const end = () => void this.close();
    this.#input.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#input.on('error', end);
    this.#input.on('end', end);
    this.#input.on('close', end);
    // A client that no longer reads is gone.
    this.#output.on('error', end);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#input.pause();
    this.#parts = [];
    this.onclose?.();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#isClosed) return Promise.reject(new Error('the MCP client has closed the connection'));
    return new Promise((resolve) => {
      // Resolves also where the write fails: the stream's error has closed the transport by then.
      this.#output.write(`${JSON.stringify(withPlainRefusal(message))}\n`, () => resolve());
    });
  }

  #take(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  #keep(part: Buffer): void {
    if (this.#isSkipping) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= maxLineBytes) return;
    this.#isSkipping = true;
    this.#parts = [];
    this.#refuse(-32600, `Invalid Request: a message of more than ${maxLineBytes / 1024 / 1024} MB; it was skipped.`);
  }

  #endLine(): void {
    const line = this.#isSkipping ? '' : Buffer.concat(this.#parts, this.#length).toString('utf8').trim();
    this.#parts = [];
    this.#length = 0;
    this.#isSkipping = false;
    if (line !== '' && !this.#isClosed) this.#deliver(line);
  }

  #deliver(line: string): void {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#refuse(
        -32700,
        `Parse error: the line is not JSON (${detail}). Allowed is one JSON-RPC 2.0 message a line.`,
      );
      return;
    }
    let message: JSONRPCMessage;
    try {
      message = parseJSONRPCMessage(withoutNullParams(value));
    } catch {
      const what = Array.isArray(value) ? 'a batch' : 'no JSON-RPC 2.0 message';
      this.#refuse(
        -32600,
        `Invalid Request: the line holds ${what}. Allowed is one JSON-RPC 2.0 message a line.`,
        value,
      );
      return;
    }
    this.#onInbound(message);
    this.onmessage?.(message);
  }

  /** JSON-RPC 2.0, §5: the id is null where it could not be read. */
  #refuse(code: number, message: string, value?: unknown): void {
    const given = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
    const id = typeof given === 'string' || typeof given === 'number' ? given : null;
    // An answer that is no answer would be answered for ever.
    if (typeof value === 'object' && value !== null && ('result' in value || 'error' in value)) return;
    this.#output.write(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } })}\n`);
  }
}

/**
 * A request's params without those that are null. MCP knows no such value; clients in languages that write an absent list
 * or map as null (`"arguments": null`, `"cursor": null`) mean that there is none.
 */
function withoutNullParams(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('method' in value) || !('params' in value)) return value;
  const { params, ...rest } = value;
  if (params === null) return rest;
  if (typeof params !== 'object' || Array.isArray(params)) return value;
  return { ...rest, params: Object.fromEntries(Object.entries(params).filter(([, member]) => member !== null)) };
}
