import { sorted } from '../../catalog/access.ts';
import type { Routine, Stage } from '../../catalog/model.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { formatOptionsText, visibleStages } from '../stages/create-stage.ts';
import { typeText } from '../types/index.ts';
import type { ShowKind, ShowRow } from './listing.ts';
import { type ShowRequest, schemasOf } from './request.ts';

/** SHOW SEQUENCES. */
export const SEQUENCES: ShowKind = {
  fallback: 'schema',
  // Snowflake's SQLAlchemy dialect takes 2003 for a schema that is not there (get_sequence_names).
  saysWhich: true,
  columns: metadataColumns(
    'name database_name schema_name next_value:n interval:n created_on:t owner comment owner_role_type ordered',
  ),
  async rows(request) {
    const { statement } = request;
    const sequences = schemasOf(request).flatMap((schema) =>
      sorted([...schema.sequences.values()]).filter((sequence) => statement.session.access.sees(sequence)),
    );
    const rows: ShowRow[] = [];
    for (const { name, schema, duckName, start, step, createdMs, owner, comment, isOrdered } of sequences) {
      const [[last] = []] = await statement.account.catalog.duck.rows(
        `SELECT last_value FROM duckdb_sequences() WHERE sequence_name = '${duckName}'`,
      );
      const next = last === null || last === undefined ? start : Number(last) + step;
      const cells = [
        name,
        schema.database.name,
        schema.name,
        next,
        step,
        createdMs,
        owner,
        comment,
        'ROLE',
        isOrdered ? 'Y' : 'N',
      ];
      rows.push({ name, cells });
    }
    return rows;
  },
};

function stageType({ url, sessionId }: Stage): string {
  if (url !== '') return 'EXTERNAL';
  return sessionId === null ? 'INTERNAL' : 'INTERNAL TEMPORARY';
}

/** SHOW STAGES. */
export const STAGES: ShowKind = {
  fallback: 'schema',
  columns:
    metadataColumns(`created_on:t name database_name schema_name url has_credentials has_encryption_key owner comment
    region type cloud notification_channel storage_integration endpoint owner_role_type directory_enabled`),
  rows: (request) =>
    schemasOf(request).flatMap((schema) =>
      visibleStages(request.statement, schema).map((stage) => ({
        name: stage.name,
        cells: [
          ...[stage.createdMs, stage.name, schema.database.name, schema.name, stage.url, 'N', 'N', stage.owner],
          ...[stage.comment, null, stageType(stage), null, null, null, null, 'ROLE', 'N'],
        ],
      })),
    ),
};

/** SHOW FILE FORMATS. */
export const FILE_FORMATS: ShowKind = {
  fallback: 'schema',
  columns: metadataColumns(
    'created_on:t name database_name schema_name type owner comment format_options owner_role_type',
  ),
  rows: (request) =>
    schemasOf(request).flatMap((schema) =>
      sorted([...schema.fileFormats.values()])
        .filter((format) => request.statement.session.access.sees(format))
        .map((format) => ({
          name: format.name,
          cells: [
            ...[format.createdMs, format.name, schema.database.name, schema.name, format.type, format.owner],
            ...[format.comment, formatOptionsText(format.options), 'ROLE'],
          ],
        })),
    ),
};

const ROUTINE_COLUMNS =
  metadataColumns(`created_on:t name schema_name is_builtin is_aggregate is_ansi min_num_arguments:n
  max_num_arguments:n arguments description catalog_name is_table_function valid_for_clustering is_secure secrets
  external_access_integrations language is_memoizable is_data_metric`);

/** SHOW [USER] FUNCTIONS and SHOW PROCEDURES: the account's own; built-in functions are not listed. */
function routines(kind: Routine['kind']): ShowKind {
  return { fallback: 'schema', columns: ROUTINE_COLUMNS, rows: (request) => routineRows(request, kind) };
}

function routineRows(request: ShowRequest, kind: Routine['kind']): ShowRow[] {
  return schemasOf(request).flatMap((schema) =>
    sorted([...schema.routines.values()])
      .filter((routine) => routine.kind === kind && request.statement.session.access.sees(routine))
      .map((routine) => {
        const types = routine.parameters.map(({ type }) => typeText(type).replace(/\(.*$/, ''));
        const required = routine.parameters.filter((parameter) => parameter.default === undefined).length;
        const signature = `${routine.name}(${types.join(', ')}) RETURN ${routine.returns.replace(/^(\w+)\(.*$/, '$1')}`;
        return {
          name: routine.name,
          cells: [
            ...[routine.createdMs, routine.name, schema.name, 'N', 'N', 'N', required, types.length, signature],
            ...[routine.comment === '' ? `user-defined ${kind.toLowerCase()}` : routine.comment, schema.database.name],
            ...[routine.isTable ? 'Y' : 'N', 'N', 'N', null, null, routine.language, 'N', 'N'],
          ],
        };
      }),
  );
}

export const FUNCTIONS = routines('FUNCTION');
export const PROCEDURES = routines('PROCEDURE');
