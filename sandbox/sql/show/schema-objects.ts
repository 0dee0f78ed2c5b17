import { sorted } from '../../catalog/access.ts';
import type { Stage } from '../../catalog/model.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { formatOptionsText, visibleStages } from '../stages/create-stage.ts';
import type { ShowKind, ShowRow } from './listing.ts';
import { schemasOf } from './request.ts';

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
