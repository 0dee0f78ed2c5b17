import type { FileFormat, Routine, Sequence } from '../catalog/model.ts';
import { displayName } from './errors.ts';
import { readFormatOptions } from './stages/file-format.ts';
import { typeText } from './types/index.ts';

/** What GET_DDL prints of objects that hold no rows: sequences, file formats, functions and procedures. */

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function alwaysQuoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The object's name, with its database and schema where asked for. */
function pathOf(object: Routine | Sequence | FileFormat, isQualified: boolean, show: (name: string) => string): string {
  const { schema, name } = object;
  return isQualified ? `${displayName(schema.database.name)}.${displayName(schema.name)}.${show(name)}` : show(name);
}

export function sequenceDdl(sequence: Sequence, isQualified: boolean): string {
  const { start, step, isOrdered, comment } = sequence;
  const order = isOrdered ? 'order' : 'noorder';
  const note = comment === '' ? '' : ` comment=${quoted(comment)}`;
  return `create or replace sequence ${pathOf(sequence, isQualified, displayName)} start with ${start} increment by ${step} ${order}${note};`;
}

/** A function or procedure: its name and its parameters' always quoted, its body always a text in single quotes. */
export function routineDdl(routine: Routine, isQualified: boolean): string {
  const parameters = routine.parameters.map(({ name, type, default: initial }) => {
    const given = initial === undefined ? '' : ` DEFAULT ${initial.trim()}`;
    return `${alwaysQuoted(name)} ${typeText(type)}${given}`;
  });
  return [
    `CREATE OR REPLACE ${routine.kind} ${pathOf(routine, isQualified, alwaysQuoted)}(${parameters.join(', ')})`,
    `RETURNS ${routine.returns}`,
    `LANGUAGE ${routine.language}`,
    ...(routine.isStrict ? ['STRICT'] : []),
    ...(routine.isImmutable ? ['IMMUTABLE'] : []),
    ...(routine.comment === '' ? [] : [`COMMENT=${quoted(routine.comment)}`]),
    ...(routine.kind === 'PROCEDURE' ? [`EXECUTE AS ${routine.executeAs}`] : []),
    `AS ${quoted(routine.body)};`,
  ].join('\n');
}

/** A file format with the options that it was given. */
export function fileFormatDdl(format: FileFormat, isQualified: boolean): string {
  const lines = [...readFormatOptions(format.options)]
    .filter(([name]) => name !== 'TYPE')
    .map(([name, value]) => {
      if (typeof value !== 'string') return `\t${name} = (${value.map(quoted).join(', ')})`;
      const isWord = /^(TRUE|FALSE|NONE|AUTO|\d+)$/i.test(value);
      return `\t${name} = ${isWord ? value : quoted(escaped(value))}`;
    });
  const type = `\tTYPE = ${format.type.toLowerCase()}`;
  return [`CREATE OR REPLACE FILE FORMAT ${pathOf(format, isQualified, displayName)}`, type, ...lines, ';'].join('\n');
}

/** Backslashes and control characters as a text's own rules write them. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}
