/**
 * Snowflake's types in DuckDB: how each is stored, read, converted, encoded for the wire, and which functions that takes.
 * The statements' side imports this file alone; `types/` imports `functions/` here only, for the registration.
 */

export { toSqlError } from '../functions/errors.ts';
export { registerFunctions } from '../functions/index.ts';
export { assign, isCoercible } from './assign.ts';
export { checkCollation, declaredType } from './collation.ts';
export { sameType } from './conversion-rules.ts';
export { quoteText } from './literal.ts';
export { parseType, readType } from './parse.ts';
export { settingsOf } from './settings.ts';
export { bareType, duckType, isStructured, typeName as typeText, typeOf } from './type.ts';
export { encodeRows, fromWire } from './wire.ts';
