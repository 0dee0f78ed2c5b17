import type { Column, Table, View, ViewColumn } from '../../catalog/model.ts';
import type { TypeField } from '../../engine.ts';
import type { Relation, SnowflakeType } from '../contract.ts';
import { Finder } from '../find.ts';
import { metadataColumns } from '../information-schema/columns.ts';
import { informationSchemaRelation } from '../information-schema/relation.ts';
import { visibleRelations } from '../listing.ts';
import type { ShowKind, ShowRow } from './listing.ts';
import { type ShowRequest, schemasOf } from './request.ts';

/** SHOW COLUMNS. LIKE looks at the column's name. Source of columns: documentation page "SHOW COLUMNS". */
export const COLUMNS: ShowKind = {
  fallback: 'schema',
  bareName: 'relation',
  columns: metadataColumns(
    'table_name schema_name column_name data_type null? default kind expression comment database_name autoincrement schema_evolution_record',
  ),
  async rows(request) {
    const { relation } = request.scope;
    const { statement } = request;
    const metadata = relation && (await informationSchemaRelation(statement, statement.session, relation, 'columns'));
    if (metadata) return metadata.columns.map((column) => metadataRow(metadata, column));
    return relationsIn(request).flatMap(rowsOf);
  },
};

function metadataRow({ name, schema, database }: Relation, column: Relation['columns'][number]): ShowRow {
  const json = typeJson(column.type, column.nullable);
  return {
    name: column.name,
    cells: [name, schema, column.name, json, 'true', '', 'COLUMN', '', '', database, '', null],
  };
}

function relationsIn(request: ShowRequest): (Table | View)[] {
  const { session } = request.statement;
  if (request.scope.relation) return [new Finder(session, 'SHOW').relation(request.scope.relation)];
  return schemasOf(request).flatMap((schema) => visibleRelations(session, schema));
}

function rowsOf(relation: Table | View): ShowRow[] {
  const columns: readonly (Column | ViewColumn)[] = relation.columns;
  return columns.map((column) => {
    const initial = 'default' in column ? column.default : null;
    const identity = initial?.identity;
    return {
      name: column.name,
      cells: [
        ...[relation.name, relation.schema.name, column.name, typeJson(column.type, column.nullable)],
        ...[column.nullable ? 'true' : 'NOT_NULL', initial && !identity ? initial.text : '', 'COLUMN', ''],
        ...[column.comment, relation.schema.database.name, identity ? initial.text : '', null],
      ],
    };
  });
}

/** A column's type as SHOW COLUMNS describes it: JSON without blanks. */
export function typeJson(type: SnowflakeType, nullable: boolean): string {
  const name = type.type.toUpperCase();
  const [first, second] = type.fields ?? [];
  const part = (field: TypeField): unknown => JSON.parse(typeJson(field, field.nullable));
  if (type.type === 'object' && type.fields) {
    const fields = type.fields.map((field) => ({ fieldName: field.name, fieldType: part(field) }));
    return JSON.stringify({ type: name, fields, nullable });
  }
  if (first && second) return JSON.stringify({ type: name, keyType: part(first), valueType: part(second), nullable });
  if (first) return JSON.stringify({ type: name, elementType: part(first), nullable });
  switch (type.type) {
    case 'fixed':
      return JSON.stringify({ type: name, precision: type.precision, scale: type.scale, nullable });
    case 'text': {
      const length = type.length ?? 16777216;
      const byteLength = Math.min(length * 4, 16777216);
      const collated = type.collation === undefined ? {} : { collation: type.collation };
      return JSON.stringify({ type: name, length, byteLength, nullable, fixed: false, ...collated });
    }
    case 'binary':
      return JSON.stringify({ type: name, length: type.length, byteLength: type.length, nullable, fixed: true });
    case 'time':
    case 'timestamp_ntz':
    case 'timestamp_ltz':
    case 'timestamp_tz':
      return JSON.stringify({ type: name, precision: 0, scale: type.scale ?? 9, nullable });
    default:
      return JSON.stringify({ type: name, nullable });
  }
}
