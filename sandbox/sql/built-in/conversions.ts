/** Conversions and choices between values. Source: docs, "Conversion functions", "Conditional expression functions", "Hash functions". */
export const CONVERSIONS = `
BOOLAND | (NUMBER, NUMBER) BOOLEAN | Whether both numbers are other than zero.
BOOLNOT | (NUMBER) BOOLEAN | Whether the number is zero.
BOOLOR | (NUMBER, NUMBER) BOOLEAN | Whether one of the numbers is other than zero.
BOOLXOR | (NUMBER, NUMBER) BOOLEAN | Whether exactly one of the numbers is other than zero.
COALESCE ansi | (ANY...) ANY | The first value that is not NULL.
DECODE | (ANY, ANY, ANY...) ANY | The result that stands behind the first value which the first argument equals; NULL equals NULL.
EQUAL_NULL | (ANY, ANY) BOOLEAN | Whether two values are equal; NULL equals NULL.
GREATEST ansi | (ANY...) ANY | The largest value; NULL where one is.
GREATEST_IGNORE_NULLS | (ANY...) ANY | The largest value that is not NULL.
HASH | (ANY...) NUMBER | A signed number of 64 bits that depends on all values.
IFF | (BOOLEAN, ANY, ANY) ANY | The second value where the condition is true, else the third.
IFNULL, NVL | (ANY, ANY) ANY | The first value, or the second where the first is NULL.
LEAST ansi | (ANY...) ANY | The smallest value; NULL where one is.
LEAST_IGNORE_NULLS | (ANY...) ANY | The smallest value that is not NULL.
NULLIF ansi | (ANY, ANY) ANY | The first value; NULL where both are equal.
NULLIFZERO | (NUMBER) NUMBER; (FLOAT) FLOAT | The number; NULL where it is zero.
NVL2 | (ANY, ANY, ANY) ANY | The second value where the first is not NULL, else the third.
REGR_VALX | (FLOAT, FLOAT) FLOAT | The second number; NULL where the first is NULL.
REGR_VALY | (FLOAT, FLOAT) FLOAT | The first number; NULL where the second is NULL.
TO_BINARY | (VARCHAR[, VARCHAR]) BINARY; (VARIANT) BINARY | Makes bytes of a text.
TO_BOOLEAN | (VARCHAR) BOOLEAN; (NUMBER) BOOLEAN; (VARIANT) BOOLEAN | Makes a truth value.
TO_CHAR, TO_VARCHAR | (NUMBER[, VARCHAR]) VARCHAR; (FLOAT[, VARCHAR]) VARCHAR; (DATE[, VARCHAR]) VARCHAR; (TIME[, VARCHAR]) VARCHAR; (TIMESTAMP[, VARCHAR]) VARCHAR; (BINARY[, VARCHAR]) VARCHAR; (VARIANT) VARCHAR | Writes a value as text.
TO_DATE, DATE | (VARCHAR[, VARCHAR]) DATE; (TIMESTAMP) DATE; (VARIANT) DATE | Makes a date.
TO_DECIMAL, TO_NUMBER, TO_NUMERIC | (VARCHAR[, VARCHAR[, NUMBER[, NUMBER]]]) NUMBER; (NUMBER[, NUMBER[, NUMBER]]) NUMBER; (FLOAT[, NUMBER[, NUMBER]]) NUMBER; (VARIANT[, NUMBER[, NUMBER]]) NUMBER | Makes an exact number of so many digits and decimals.
TO_DOUBLE | (VARCHAR[, VARCHAR]) FLOAT; (NUMBER) FLOAT; (VARIANT) FLOAT | Makes a floating-point number.
TO_TIME, TIME | (VARCHAR[, VARCHAR]) TIME; (TIMESTAMP) TIME; (VARIANT) TIME | Makes a time of day.
TO_TIMESTAMP, TO_TIMESTAMP_NTZ | (VARCHAR[, VARCHAR]) TIMESTAMP_NTZ; (NUMBER[, NUMBER]) TIMESTAMP_NTZ; (DATE) TIMESTAMP_NTZ; (TIMESTAMP) TIMESTAMP_NTZ; (VARIANT) TIMESTAMP_NTZ | Makes a moment without a time zone.
TO_TIMESTAMP_LTZ | (VARCHAR[, VARCHAR]) TIMESTAMP_LTZ; (NUMBER[, NUMBER]) TIMESTAMP_LTZ; (DATE) TIMESTAMP_LTZ; (TIMESTAMP) TIMESTAMP_LTZ; (VARIANT) TIMESTAMP_LTZ | Makes a moment in the session's time zone.
TO_TIMESTAMP_TZ | (VARCHAR[, VARCHAR]) TIMESTAMP_TZ; (NUMBER[, NUMBER]) TIMESTAMP_TZ; (DATE) TIMESTAMP_TZ; (TIMESTAMP) TIMESTAMP_TZ; (VARIANT) TIMESTAMP_TZ | Makes a moment with a time zone.
TRY_TO_BINARY | (VARCHAR[, VARCHAR]) BINARY | Makes bytes of a text; NULL where that fails.
TRY_TO_BOOLEAN | (VARCHAR) BOOLEAN | Makes a truth value of a text; NULL where that fails.
TRY_TO_DATE | (VARCHAR[, VARCHAR]) DATE | Makes a date of a text; NULL where that fails.
TRY_TO_DECIMAL, TRY_TO_NUMBER, TRY_TO_NUMERIC | (VARCHAR[, VARCHAR[, NUMBER[, NUMBER]]]) NUMBER | Makes an exact number of a text; NULL where that fails.
TRY_TO_DOUBLE | (VARCHAR[, VARCHAR]) FLOAT | Makes a floating-point number of a text; NULL where that fails.
TRY_TO_TIME | (VARCHAR[, VARCHAR]) TIME | Makes a time of day of a text; NULL where that fails.
TRY_TO_TIMESTAMP, TRY_TO_TIMESTAMP_NTZ | (VARCHAR[, VARCHAR]) TIMESTAMP_NTZ | Makes a moment of a text, without a time zone; NULL where that fails.
TRY_TO_TIMESTAMP_LTZ | (VARCHAR[, VARCHAR]) TIMESTAMP_LTZ | Makes a moment of a text in the session's time zone; NULL where that fails.
TRY_TO_TIMESTAMP_TZ | (VARCHAR[, VARCHAR]) TIMESTAMP_TZ | Makes a moment of a text with a time zone; NULL where that fails.
ZEROIFNULL | (NUMBER) NUMBER; (FLOAT) FLOAT | The number; zero where it is NULL.
`;
