/** A scope without an account: enough to translate with, and a DuckDB to run what comes out. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type Bind, SqlError, type WireRow } from '../../../sandbox/engine.ts';
import type { CatalogColumn, Relation, Scope } from '../../../sandbox/sql/contract.ts';
import { translate } from '../../../sandbox/sql/translate.ts';
import { duckType, encodeRows, parseType, registerFunctions, toSqlError } from '../../../sandbox/sql/types/index.ts';

const PARAMETERS: Readonly<Record<string, string | number>> = {
  TIMEZONE: 'America/Los_Angeles',
  TIMESTAMP_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM',
  TIMESTAMP_NTZ_OUTPUT_FORMAT: 'YYYY-MM-DD HH24:MI:SS.FF3',
};

export interface TableSpec {
  readonly name: string;
  /** Column name and type, e.g. `{ ID: 'NUMBER(38,0)' }`. */
  readonly columns: Readonly<Record<string, string>>;
}

export class TranslatorBench {
  private readonly relations = new Map<string, Relation>();
  readonly scope: Scope;

  private constructor(
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {
    this.scope = {
      user: 'U',
      role: 'R',
      warehouse: 'W',
      database: 'D',
      schema: 'S',
      sessionId: '1',
      nowMs: Date.UTC(2024, 4, 6, 7, 8, 9, 123),
      parameter: (name) => PARAMETERS[name] ?? '',
      variable: () => undefined,
      relation: async (parts, at) => {
        const found = this.relations.get(parts.at(-1) ?? '');
        if (found) return found;
        throw new SqlError('002003', '42S02', `Object '${parts.join('.')}' does not exist or not authorized.`, at);
      },
      tableFunction: async (parts) => {
        throw new SqlError('002141', '42601', `Unknown table function ${parts.join('.')}`);
      },
      resultScan: async () => {
        throw new SqlError('000709', '02000', 'Statement not found');
      },
      lastQueryId: () => null,
      sequence: () => {
        throw new SqlError('002003', '42S02', 'Sequence does not exist or not authorized.');
      },
      systemFunction: async () => undefined,
    };
  }

  static async open(): Promise<TranslatorBench> {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await registerFunctions(connection);
    return new TranslatorBench(instance, connection);
  }

  async createTable({ name, columns }: TableSpec): Promise<void> {
    const list = Object.entries(columns).map(
      ([column, type]): CatalogColumn => ({ name: column, type: parseType(type), nullable: true }),
    );
    const duckName = `"t${this.relations.size + 1}"`;
    const text = list.map((column) => `"${column.name}" ${duckType(column.type)}`).join(', ');
    await this.connection.run(`CREATE TABLE ${duckName} (${text})`);
    this.relations.set(name, { duckName, database: 'D', schema: 'S', name, columns: list });
  }

  /** Translates and runs; rejects with the SqlError that the account would report. */
  async rows(sql: string, binds: ReadonlyMap<string, Bind> = new Map()): Promise<readonly WireRow[]> {
    const translated = await translate(sql, this.scope, { binds });
    const rows: WireRow[] = [];
    try {
      const result = await this.connection.stream(translated.sql);
      for await (const batch of encodeRows(result, translated.columns)) rows.push(...batch);
    } catch (error) {
      throw toSqlError(error);
    }
    return rows;
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}
