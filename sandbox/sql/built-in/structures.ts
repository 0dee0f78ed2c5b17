/** Functions of VARIANT, OBJECT and ARRAY. Source: docs, "Semi-structured and structured data functions". */
export const STRUCTURES = `
ARRAYS_OVERLAP | (ARRAY, ARRAY) BOOLEAN | Whether two arrays share an element.
ARRAYS_TO_OBJECT | (ARRAY, ARRAY) OBJECT | An object of an array of keys and one of values.
ARRAYS_ZIP | (ARRAY...) ARRAY | One object for each position, of the elements that the arrays have there.
ARRAY_APPEND | (ARRAY, ANY) ARRAY | The array with one more element at its end.
ARRAY_CAT | (ARRAY, ARRAY) ARRAY | Two arrays one behind the other.
ARRAY_COMPACT | (ARRAY) ARRAY | The array without its nulls.
ARRAY_CONSTRUCT | ([ANY...]) ARRAY | An array of the values.
ARRAY_CONSTRUCT_COMPACT | ([ANY...]) ARRAY | An array of the values that are not NULL.
ARRAY_CONTAINS | (VARIANT, ARRAY) BOOLEAN | Whether the array has that element.
ARRAY_DISTINCT | (ARRAY) ARRAY | The array with equal elements only once.
ARRAY_EXCEPT | (ARRAY, ARRAY) ARRAY | Elements of the first array that the second lacks, counted.
ARRAY_FLATTEN | (ARRAY) ARRAY | The elements of an array of arrays in one array.
ARRAY_GENERATE_RANGE | (NUMBER, NUMBER[, NUMBER]) ARRAY | Whole numbers from one bound up to, not with, the other.
ARRAY_INSERT | (ARRAY, NUMBER, VARIANT) ARRAY | The array with an element put in at a position.
ARRAY_INTERSECTION | (ARRAY, ARRAY) ARRAY | Elements that both arrays have, counted.
ARRAY_MAX | (ARRAY) VARIANT | The largest element.
ARRAY_MIN | (ARRAY) VARIANT | The smallest element.
ARRAY_POSITION | (VARIANT, ARRAY) NUMBER | Where the element first stands, counted from 0.
ARRAY_PREPEND | (ARRAY, VARIANT) ARRAY | The array with one more element at its start.
ARRAY_REMOVE | (ARRAY, VARIANT) ARRAY | The array without the elements that equal a value.
ARRAY_REMOVE_AT | (ARRAY, NUMBER) ARRAY | The array without the element at a position.
ARRAY_REVERSE | (ARRAY) ARRAY | The array from its end to its start.
ARRAY_SIZE | (ARRAY) NUMBER; (VARIANT) NUMBER | How many elements the array has.
ARRAY_SLICE | (ARRAY, NUMBER, NUMBER) ARRAY | The elements from one position up to, not with, another.
ARRAY_SORT | (ARRAY[, BOOLEAN[, BOOLEAN]]) ARRAY | The array in order.
ARRAY_TO_STRING | (ARRAY, VARCHAR) VARCHAR | The elements as one text with a separator between them.
AS_ARRAY | (VARIANT) ARRAY | The array in the value; NULL where it holds something else.
AS_BINARY | (VARIANT) BINARY | The bytes in the value; NULL where it holds something else.
AS_BOOLEAN | (VARIANT) BOOLEAN | The truth value in the value; NULL where it holds something else.
AS_CHAR, AS_VARCHAR | (VARIANT) VARCHAR | The text in the value; NULL where it holds something else.
AS_DATE | (VARIANT) DATE | The date in the value; NULL where it holds something else.
AS_DECIMAL, AS_NUMBER | (VARIANT[, NUMBER[, NUMBER]]) NUMBER | The exact number in the value; NULL where it holds something else.
AS_DOUBLE, AS_REAL | (VARIANT) FLOAT | The number in the value; NULL where it holds something else.
AS_INTEGER | (VARIANT) NUMBER | The whole number in the value; NULL where it holds something else.
AS_OBJECT | (VARIANT) OBJECT | The object in the value; NULL where it holds something else.
AS_TIME | (VARIANT) TIME | The time of day in the value; NULL where it holds something else.
AS_TIMESTAMP_LTZ | (VARIANT) TIMESTAMP_LTZ | The moment in the value; NULL where it holds something else.
AS_TIMESTAMP_NTZ | (VARIANT) TIMESTAMP_NTZ | The moment without a time zone in the value; NULL where it holds something else.
AS_TIMESTAMP_TZ | (VARIANT) TIMESTAMP_TZ | The moment with a time zone in the value; NULL where it holds something else.
CHECK_JSON | (VARCHAR) VARCHAR; (VARIANT) VARCHAR | What is wrong with a JSON text; NULL where nothing is.
CHECK_XML | (VARCHAR[, BOOLEAN]) VARCHAR | What is wrong with an XML text; NULL where nothing is.
FILTER | (ARRAY, LAMBDA) ARRAY | The elements for which a lambda is true.
GET | (ARRAY, NUMBER) VARIANT; (OBJECT, VARCHAR) VARIANT; (VARIANT, ANY) VARIANT | One element of an array, or one value of an object.
GET_IGNORE_CASE | (OBJECT, VARCHAR) VARIANT; (VARIANT, VARCHAR) VARIANT | One value of an object, whatever the case of its key.
GET_PATH | (VARIANT, VARCHAR) VARIANT | The value that a path leads to.
IS_ARRAY | (VARIANT) BOOLEAN | Whether the value holds an array.
IS_BINARY | (VARIANT) BOOLEAN | Whether the value holds bytes.
IS_BOOLEAN | (VARIANT) BOOLEAN | Whether the value holds a truth value.
IS_CHAR, IS_VARCHAR | (VARIANT) BOOLEAN | Whether the value holds a text.
IS_DATE, IS_DATE_VALUE | (VARIANT) BOOLEAN | Whether the value holds a date.
IS_DECIMAL | (VARIANT) BOOLEAN | Whether the value holds an exact number.
IS_DOUBLE, IS_REAL | (VARIANT) BOOLEAN | Whether the value holds a number.
IS_INTEGER | (VARIANT) BOOLEAN | Whether the value holds a whole number.
IS_NULL_VALUE | (VARIANT) BOOLEAN | Whether the value holds a JSON null.
IS_OBJECT | (VARIANT) BOOLEAN | Whether the value holds an object.
IS_TIME | (VARIANT) BOOLEAN | Whether the value holds a time of day.
IS_TIMESTAMP_LTZ | (VARIANT) BOOLEAN | Whether the value holds a moment in the session's time zone.
IS_TIMESTAMP_NTZ | (VARIANT) BOOLEAN | Whether the value holds a moment without a time zone.
IS_TIMESTAMP_TZ | (VARIANT) BOOLEAN | Whether the value holds a moment with a time zone.
JSON_EXTRACT_PATH_TEXT | (VARCHAR, VARCHAR) VARCHAR | What a path leads to in a JSON text, as text.
MAP_CAT | (MAP, MAP) MAP | Both maps in one; where both have a key, with the second one's value.
MAP_CONTAINS_KEY | (VARCHAR, MAP) BOOLEAN; (NUMBER, MAP) BOOLEAN | Whether the map has that key.
MAP_DELETE | (MAP, VARCHAR...) MAP; (MAP, NUMBER...) MAP | The map without the given keys.
MAP_INSERT | (MAP, VARCHAR, ANY[, BOOLEAN]) MAP; (MAP, NUMBER, ANY[, BOOLEAN]) MAP | The map with one more key, or with a key's value changed.
MAP_KEYS | (MAP) ARRAY | The keys of a map.
MAP_PICK | (MAP, VARCHAR...) MAP; (MAP, NUMBER...) MAP; (MAP, ARRAY) MAP | The map with the given keys only.
MAP_SIZE | (MAP) NUMBER | How many keys a map has.
OBJECT_CONSTRUCT | ([ANY...]) OBJECT | An object of keys and values in turn, without those that are NULL.
OBJECT_CONSTRUCT_KEEP_NULL | ([ANY...]) OBJECT | An object of keys and values in turn, with those that are NULL.
OBJECT_DELETE | (OBJECT, VARCHAR...) OBJECT | The object without the given keys.
OBJECT_INSERT | (OBJECT, VARCHAR, VARIANT[, BOOLEAN]) OBJECT | The object with one more key, or with a key's value changed.
OBJECT_KEYS | (OBJECT) ARRAY; (VARIANT) ARRAY | The keys of an object.
OBJECT_PICK | (OBJECT, VARCHAR...) OBJECT; (OBJECT, ARRAY) OBJECT | The object with the given keys only.
PARSE_JSON | (VARCHAR[, VARCHAR]) VARIANT | Reads a JSON text.
PARSE_XML | (VARCHAR[, BOOLEAN]) OBJECT | Reads an XML text.
REDUCE | (ARRAY, ANY, LAMBDA) ANY | Runs a lambda over all elements, each with what the one before gave.
STRIP_NULL_VALUE | (VARIANT) VARIANT | The value; NULL where it holds a JSON null.
TO_ARRAY | (ARRAY) ARRAY; (VARIANT) ARRAY; (ANY) ARRAY | Makes an array.
TO_JSON | (VARIANT) VARCHAR | Writes a value as JSON.
TO_OBJECT | (OBJECT) OBJECT; (VARIANT) OBJECT | Makes an object.
TO_VARIANT | (ANY) VARIANT | Makes a value that holds its type along.
TO_XML | (VARIANT) VARCHAR | Writes a value as XML.
TRANSFORM | (ARRAY, LAMBDA) ARRAY | What a lambda makes of each element.
TRY_PARSE_JSON | (VARCHAR[, VARCHAR]) VARIANT | Reads a JSON text; NULL where it is none.
TYPEOF | (VARIANT) VARCHAR | The name of the type that a value holds.
XMLGET | (OBJECT, VARCHAR[, NUMBER]) OBJECT; (VARIANT, VARCHAR[, NUMBER]) OBJECT | An element inside of an element, by its name and its number among those of that name.
`;
