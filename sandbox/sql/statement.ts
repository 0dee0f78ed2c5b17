import type { EngineResult, EngineStatement } from '../engine.ts';
import type { ParameterValue } from './parameters.ts';
import type { TokenReader } from './reader.ts';
import type { Session } from './session.ts';

/** One statement on its way through the engine. */
export interface Statement {
  readonly session: Session;
  readonly request: EngineStatement;
  readonly reader: TokenReader;
  /** The statement's start on the sandbox's clock. */
  readonly startMs: number;
  /** Effective parameter: the statement's own, else the session's. */
  parameter(name: string): ParameterValue;
}

export type Handler = (statement: Statement) => Promise<EngineResult>;
