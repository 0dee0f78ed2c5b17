import type { DriverColumn } from '../pool/driver.ts';

/** Columns of text for a table that a tool puts together itself. */
export function textColumns(names: readonly string[]): DriverColumn[] {
  return names.map((name) => plainColumn(name, 'text'));
}

/** A column of whole numbers or of text, without a table behind it. */
export function plainColumn(name: string, type: 'text' | 'fixed'): DriverColumn {
  const isNumber = type === 'fixed';
  return {
    name,
    type,
    precision: isNumber ? 38 : undefined,
    scale: isNumber ? 0 : undefined,
    length: undefined,
    nullable: true,
    database: undefined,
    schema: undefined,
    table: undefined,
  };
}
