/** Functions of texts and bytes. Source: docs, "String & binary functions", "String functions (regular expressions)". */
export const TEXTS = `
ASCII | (VARCHAR) NUMBER | Code of the text's first character.
BASE64_DECODE_BINARY | (VARCHAR[, VARCHAR]) BINARY | Bytes that a base64 text stands for.
BASE64_DECODE_STRING | (VARCHAR[, VARCHAR]) VARCHAR | Text that a base64 text stands for.
BASE64_ENCODE | (VARCHAR[, NUMBER[, VARCHAR]]) VARCHAR; (BINARY[, NUMBER[, VARCHAR]]) VARCHAR | Writes bytes in base64.
BIT_LENGTH | (VARCHAR) NUMBER; (BINARY) NUMBER | Length in bits.
CHARINDEX | (VARCHAR, VARCHAR[, NUMBER]) NUMBER | Where the first text begins within the second, counted from 1; 0 where it is not found.
CHR, CHAR | (NUMBER) VARCHAR | The character of a Unicode code point.
CONCAT | (VARCHAR...) VARCHAR; (BINARY...) BINARY | Joins the values one behind the other.
CONCAT_WS | (VARCHAR, VARCHAR...) VARCHAR | Joins the values with the first one between them.
CONTAINS | (VARCHAR, VARCHAR) BOOLEAN | Whether the second text is part of the first.
EDITDISTANCE | (VARCHAR, VARCHAR[, NUMBER]) NUMBER | How many characters have to change to make one text the other.
ENDSWITH | (VARCHAR, VARCHAR) BOOLEAN | Whether the first text ends with the second.
HEX_DECODE_BINARY | (VARCHAR) BINARY | Bytes that a hexadecimal text stands for.
HEX_DECODE_STRING | (VARCHAR) VARCHAR | Text that a hexadecimal text stands for.
HEX_ENCODE | (VARCHAR[, NUMBER]) VARCHAR; (BINARY[, NUMBER]) VARCHAR | Writes bytes in hexadecimal digits.
ILIKE | (VARCHAR, VARCHAR[, VARCHAR]) BOOLEAN | Whether the text matches a pattern of % and _, without regard to case.
ILIKE_ANY | (VARCHAR, VARCHAR...) BOOLEAN | Whether the text matches one of the patterns, without regard to case.
INITCAP | (VARCHAR[, VARCHAR]) VARCHAR | Begins each word with a capital; the rest is small.
INSERT | (VARCHAR, NUMBER, NUMBER, VARCHAR) VARCHAR | Puts another text in the place of so many characters from a position on.
JAROWINKLER_SIMILARITY | (VARCHAR, VARCHAR) NUMBER | How alike two texts are, from 0 to 100.
LEFT | (VARCHAR, NUMBER) VARCHAR; (BINARY, NUMBER) BINARY | So many characters from the start.
LENGTH, LEN | (VARCHAR) NUMBER; (BINARY) NUMBER | Length in characters, or in bytes.
LIKE ansi | (VARCHAR, VARCHAR[, VARCHAR]) BOOLEAN | Whether the text matches a pattern of % and _.
LIKE_ALL | (VARCHAR, VARCHAR...) BOOLEAN | Whether the text matches all of the patterns.
LIKE_ANY | (VARCHAR, VARCHAR...) BOOLEAN | Whether the text matches one of the patterns.
LOWER ansi | (VARCHAR) VARCHAR | The text in small letters.
LPAD ansi | (VARCHAR, NUMBER[, VARCHAR]) VARCHAR; (BINARY, NUMBER, BINARY) BINARY | Fills the text up on its left to a length, or cuts it.
LTRIM ansi | (VARCHAR[, VARCHAR]) VARCHAR | Takes blanks, or the given characters, off the start.
MD5, MD5_HEX | (VARCHAR) VARCHAR; (BINARY) VARCHAR | MD5 digest in hexadecimal digits.
MD5_BINARY | (VARCHAR) BINARY; (BINARY) BINARY | MD5 digest as bytes.
MD5_NUMBER_LOWER64 | (VARCHAR) NUMBER; (BINARY) NUMBER | The lower 64 bits of an MD5 digest as a number.
MD5_NUMBER_UPPER64 | (VARCHAR) NUMBER; (BINARY) NUMBER | The upper 64 bits of an MD5 digest as a number.
OCTET_LENGTH ansi | (VARCHAR) NUMBER; (BINARY) NUMBER | Length in bytes.
PARSE_IP | (VARCHAR, VARCHAR[, NUMBER]) OBJECT | Takes an IP address or a range of them apart.
PARSE_URL | (VARCHAR[, NUMBER]) OBJECT | Takes a URL apart.
POSITION ansi | (VARCHAR, VARCHAR[, NUMBER]) NUMBER | Where the first text begins within the second, counted from 1; 0 where it is not found.
REGEXP, RLIKE | (VARCHAR, VARCHAR[, VARCHAR]) BOOLEAN | Whether the whole text matches a regular expression.
REGEXP_COUNT | (VARCHAR, VARCHAR[, NUMBER[, VARCHAR]]) NUMBER | How often a regular expression matches.
REGEXP_EXTRACT_ALL, REGEXP_SUBSTR_ALL | (VARCHAR, VARCHAR[, NUMBER[, NUMBER[, VARCHAR[, NUMBER]]]]) ARRAY | All parts of the text that a regular expression matches.
REGEXP_INSTR | (VARCHAR, VARCHAR[, NUMBER[, NUMBER[, NUMBER[, VARCHAR[, NUMBER]]]]]) NUMBER | Where a regular expression matches, counted from 1.
REGEXP_LIKE | (VARCHAR, VARCHAR[, VARCHAR]) BOOLEAN | Whether the whole text matches a regular expression.
REGEXP_REPLACE | (VARCHAR, VARCHAR[, VARCHAR[, NUMBER[, NUMBER[, VARCHAR]]]]) VARCHAR | Puts another text in the place of what a regular expression matches.
REGEXP_SUBSTR | (VARCHAR, VARCHAR[, NUMBER[, NUMBER[, VARCHAR[, NUMBER]]]]) VARCHAR | The part of the text that a regular expression matches.
REPEAT | (VARCHAR, NUMBER) VARCHAR | The text so many times in a row.
REPLACE | (VARCHAR, VARCHAR[, VARCHAR]) VARCHAR | Puts one text in the place of another wherever that stands.
REVERSE | (VARCHAR) VARCHAR; (BINARY) BINARY | The text from its end to its start.
RIGHT | (VARCHAR, NUMBER) VARCHAR; (BINARY, NUMBER) BINARY | So many characters from the end.
RPAD ansi | (VARCHAR, NUMBER[, VARCHAR]) VARCHAR; (BINARY, NUMBER, BINARY) BINARY | Fills the text up on its right to a length, or cuts it.
RTRIM ansi | (VARCHAR[, VARCHAR]) VARCHAR | Takes blanks, or the given characters, off the end.
RTRIMMED_LENGTH | (VARCHAR) NUMBER | Length without the blanks at the end.
SHA1, SHA1_HEX | (VARCHAR) VARCHAR; (BINARY) VARCHAR | SHA-1 digest in hexadecimal digits.
SHA1_BINARY | (VARCHAR) BINARY; (BINARY) BINARY | SHA-1 digest as bytes.
SHA2, SHA2_HEX | (VARCHAR[, NUMBER]) VARCHAR; (BINARY[, NUMBER]) VARCHAR | SHA-2 digest of so many bits in hexadecimal digits.
SHA2_BINARY | (VARCHAR[, NUMBER]) BINARY; (BINARY[, NUMBER]) BINARY | SHA-2 digest of so many bits as bytes.
SOUNDEX | (VARCHAR) VARCHAR | A code of how the text sounds in English.
SOUNDEX_P123 | (VARCHAR) VARCHAR | A code of how the text sounds in English, with the second of two equal codes kept.
SPACE | (NUMBER) VARCHAR | So many blanks.
SPLIT | (VARCHAR, VARCHAR) ARRAY | Cuts the text at a separator.
SPLIT_PART | (VARCHAR, VARCHAR, NUMBER) VARCHAR | One of the parts between separators, negative numbers from the end.
STARTSWITH | (VARCHAR, VARCHAR) BOOLEAN | Whether the first text starts with the second.
STRTOK | (VARCHAR[, VARCHAR[, NUMBER]]) VARCHAR | One of the tokens between separating characters.
STRTOK_TO_ARRAY | (VARCHAR[, VARCHAR]) ARRAY | The tokens between separating characters.
SUBSTR, SUBSTRING ansi | (VARCHAR, NUMBER[, NUMBER]) VARCHAR; (BINARY, NUMBER[, NUMBER]) BINARY | A part of the text from a position on.
TRANSLATE | (VARCHAR, VARCHAR, VARCHAR) VARCHAR | Puts other characters in the place of given ones, one by one.
TRIM ansi | (VARCHAR[, VARCHAR]) VARCHAR | Takes blanks, or the given characters, off both ends.
TRY_BASE64_DECODE_BINARY | (VARCHAR[, VARCHAR]) BINARY | Bytes that a base64 text stands for; NULL where it is none.
TRY_BASE64_DECODE_STRING | (VARCHAR[, VARCHAR]) VARCHAR | Text that a base64 text stands for; NULL where it is none.
TRY_HEX_DECODE_BINARY | (VARCHAR) BINARY | Bytes that a hexadecimal text stands for; NULL where it is none.
TRY_HEX_DECODE_STRING | (VARCHAR) VARCHAR | Text that a hexadecimal text stands for; NULL where it is none.
UNICODE | (VARCHAR) NUMBER | Unicode code point of the text's first character.
UPPER ansi | (VARCHAR) VARCHAR | The text in capitals.
`;
