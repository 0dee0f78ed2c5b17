import type { Database } from '../../catalog/model.ts';
import type { ResultColumn } from '../../engine.ts';
import type { Names } from '../find.ts';
import type { PlainCell } from '../results.ts';
import type { Statement } from '../statement.ts';

/** For whom and of which database a metadata view is filled. */
export interface MetadataRequest {
  readonly statement: Statement;
  readonly names: Names;
  readonly database: Database;
}

/** One view of INFORMATION_SCHEMA or ACCOUNT_USAGE: its columns, and its rows as the session may see them. */
export interface MetadataView {
  readonly columns: readonly ResultColumn[];
  readonly rows: (
    request: MetadataRequest,
  ) => Promise<readonly (readonly PlainCell[])[]> | readonly (readonly PlainCell[])[];
}
