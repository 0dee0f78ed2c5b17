/** Functions of numbers and bits. Source: docs, "Numeric functions", "Bitwise expression functions", "Data generation functions". */
export const NUMBERS = `
ABS ansi | (NUMBER) NUMBER; (FLOAT) FLOAT | How far the number is from zero.
ACOS ansi | (FLOAT) FLOAT | Inverse cosine, in radians.
ACOSH | (FLOAT) FLOAT | Inverse hyperbolic cosine.
ASIN ansi | (FLOAT) FLOAT | Inverse sine, in radians.
ASINH | (FLOAT) FLOAT | Inverse hyperbolic sine.
ATAN ansi | (FLOAT) FLOAT | Inverse tangent, in radians.
ATAN2 | (FLOAT, FLOAT) FLOAT | Angle of the point (x, y), whose y is given first, in radians.
ATANH | (FLOAT) FLOAT | Inverse hyperbolic tangent.
BITAND, BIT_AND | (NUMBER, NUMBER) NUMBER; (BINARY, BINARY[, VARCHAR]) BINARY | Bits that both values have set.
BITNOT, BIT_NOT | (NUMBER) NUMBER; (BINARY) BINARY | The value with all its bits turned.
BITOR, BIT_OR | (NUMBER, NUMBER) NUMBER; (BINARY, BINARY[, VARCHAR]) BINARY | Bits that at least one of the values has set.
BITSHIFTLEFT, BIT_SHIFTLEFT | (NUMBER, NUMBER) NUMBER; (BINARY, NUMBER) BINARY | Moves the bits to the left by so many places.
BITSHIFTRIGHT, BIT_SHIFTRIGHT | (NUMBER, NUMBER) NUMBER; (BINARY, NUMBER) BINARY | Moves the bits to the right by so many places.
BITXOR, BIT_XOR | (NUMBER, NUMBER) NUMBER; (BINARY, BINARY[, VARCHAR]) BINARY | Bits that exactly one of the values has set.
CBRT | (FLOAT) FLOAT | Cube root.
CEIL ansi | (NUMBER[, NUMBER]) NUMBER; (FLOAT[, NUMBER]) FLOAT | The nearest number that is not smaller, with so many decimals.
COS ansi | (FLOAT) FLOAT | Cosine of an angle in radians.
COSH ansi | (FLOAT) FLOAT | Hyperbolic cosine.
COT | (FLOAT) FLOAT | Cotangent of an angle in radians.
DEGREES | (FLOAT) FLOAT | Turns radians into degrees.
DIV0 | (NUMBER, NUMBER) NUMBER; (FLOAT, FLOAT) FLOAT | Divides; by zero gives zero.
DIV0NULL | (NUMBER, NUMBER) NUMBER; (FLOAT, FLOAT) FLOAT | Divides; by zero or NULL gives zero.
EXP ansi | (FLOAT) FLOAT | Euler's number to that power.
FACTORIAL | (NUMBER) NUMBER | Product of the whole numbers up to that one.
FLOOR ansi | (NUMBER[, NUMBER]) NUMBER; (FLOAT[, NUMBER]) FLOAT | The nearest number that is not larger, with so many decimals.
GETBIT | (NUMBER, NUMBER) NUMBER | One bit of a number, counted from the lowest.
HAVERSINE | (FLOAT, FLOAT, FLOAT, FLOAT) FLOAT | Kilometres between two points on the earth, each by latitude and longitude.
LN ansi | (FLOAT) FLOAT | Natural logarithm.
LOG ansi | (FLOAT, FLOAT) FLOAT | Logarithm of the second number to the base of the first.
MOD ansi | (NUMBER, NUMBER) NUMBER; (FLOAT, FLOAT) FLOAT | What is left over from a division.
NORMAL volatile | (FLOAT, FLOAT, NUMBER) FLOAT | Random numbers around a mean with a standard deviation.
PI | () FLOAT | The ratio of a circle's circumference to its diameter.
POW, POWER ansi | (FLOAT, FLOAT) FLOAT | Raises the first number to the power of the second.
RADIANS | (FLOAT) FLOAT | Turns degrees into radians.
RANDOM volatile | ([NUMBER]) NUMBER | Random whole numbers of 64 bits, the same ones for the same seed.
RANDSTR volatile | (NUMBER, NUMBER) VARCHAR | Random letters and digits, so many of them.
ROUND | (NUMBER[, NUMBER[, VARCHAR]]) NUMBER; (FLOAT[, NUMBER]) FLOAT | Rounds to so many decimals.
SEQ1, SEQ2, SEQ4, SEQ8 volatile | ([NUMBER]) NUMBER | Counts the rows up from zero, in as many bytes as the name says.
SIGN | (NUMBER) NUMBER; (FLOAT) NUMBER | -1, 0 or 1: which side of zero the number is on.
SIN ansi | (FLOAT) FLOAT | Sine of an angle in radians.
SINH ansi | (FLOAT) FLOAT | Hyperbolic sine.
SQRT ansi | (FLOAT) FLOAT | Square root of a number that is not negative.
SQUARE ansi | (NUMBER) NUMBER; (FLOAT) FLOAT | The number times itself.
TAN ansi | (FLOAT) FLOAT | Tangent of an angle in radians.
TANH ansi | (FLOAT) FLOAT | Hyperbolic tangent.
TRUNC | (NUMBER[, NUMBER]) NUMBER; (FLOAT[, NUMBER]) FLOAT; (DATE, VARCHAR) DATE; (TIMESTAMP, VARCHAR) TIMESTAMP | Cuts off decimals behind the given one, or the parts of a date that are smaller than the given one.
TRUNCATE | (NUMBER[, NUMBER]) NUMBER; (FLOAT[, NUMBER]) FLOAT | Cuts off decimals behind the given one.
UNIFORM volatile | (NUMBER, NUMBER, NUMBER) NUMBER; (FLOAT, FLOAT, NUMBER) FLOAT | Random numbers between two bounds, all equally likely.
UUID_STRING volatile | () VARCHAR; (VARCHAR, VARCHAR) VARCHAR | A UUID: random, or always the same one for a namespace and a name.
WIDTH_BUCKET ansi | (NUMBER, NUMBER, NUMBER, NUMBER) NUMBER; (FLOAT, FLOAT, FLOAT, NUMBER) NUMBER | Which of so many equally wide buckets between two bounds the number falls into.
`;
