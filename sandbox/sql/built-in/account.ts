/**
 * Functions of the session and the account, and those that stand in FROM. Source: docs, "Context functions", "System
 * functions", "Table functions".
 */
export const ACCOUNT = `
CURRENT_ACCOUNT volatile | () VARCHAR | Locator of the account.
CURRENT_ACCOUNT_NAME volatile | () VARCHAR | Name of the account.
CURRENT_AVAILABLE_ROLES volatile | () VARCHAR | Roles that the user may take, as JSON.
CURRENT_CLIENT volatile | () VARCHAR | Name and version of the client.
CURRENT_DATABASE volatile | () VARCHAR | Database in use.
CURRENT_IP_ADDRESS volatile | () VARCHAR | Address that the client comes from.
CURRENT_ORGANIZATION_NAME volatile | () VARCHAR | Organization that the account belongs to.
CURRENT_REGION volatile | () VARCHAR | Region of the account.
CURRENT_ROLE ansi volatile | () VARCHAR | Primary role.
CURRENT_ROLE_TYPE volatile | () VARCHAR | What kind of role the primary one is.
CURRENT_SCHEMA ansi volatile | () VARCHAR | Schema in use.
CURRENT_SCHEMAS volatile | () VARCHAR | Schemas on the search path, as JSON.
CURRENT_SECONDARY_ROLES volatile | () VARCHAR | Roles that are active beside the primary one, as JSON.
CURRENT_SESSION volatile | () VARCHAR | Number of the session.
CURRENT_STATEMENT volatile | () VARCHAR | Text of the statement that runs.
CURRENT_TRANSACTION volatile | () VARCHAR | Number of the open transaction.
CURRENT_USER ansi volatile | () VARCHAR | Name of the user.
CURRENT_VERSION volatile | () VARCHAR | Version of Snowflake.
CURRENT_WAREHOUSE volatile | () VARCHAR | Warehouse in use.
GETVARIABLE volatile | (VARCHAR) VARCHAR | Value of a session variable.
GET_DDL volatile | (VARCHAR, VARCHAR[, BOOLEAN]) VARCHAR | The statement that makes an object.
INVOKER_ROLE volatile | () VARCHAR | Role that runs the statement, or owns the view or procedure.
IS_ROLE_IN_SESSION volatile | (VARCHAR) BOOLEAN | Whether a role is active or inherited.
LAST_QUERY_ID volatile | ([NUMBER]) VARCHAR | Id of an earlier statement of the session.
LAST_TRANSACTION volatile | () VARCHAR | Number of the last transaction that was ended.
SYSTEM$ABORT_SESSION volatile | (NUMBER) VARCHAR | Ends a session.
SYSTEM$ABORT_TRANSACTION volatile | (NUMBER) VARCHAR | Rolls a transaction back.
SYSTEM$BEHAVIOR_CHANGE_BUNDLE_STATUS volatile | (VARCHAR) VARCHAR | Whether a bundle of changes in behaviour is in force.
SYSTEM$CANCEL_ALL_QUERIES volatile | (NUMBER) VARCHAR | Cancels all statements of a session.
SYSTEM$CANCEL_QUERY volatile | (VARCHAR) VARCHAR | Cancels a statement.
SYSTEM$TYPEOF | (ANY) VARCHAR | Type of an expression, and how it is stored.
SYSTEM$WAIT volatile | (NUMBER, DEFAULT VARCHAR) VARCHAR | Waits for so long.
FLATTEN table | (VARIANT[, VARCHAR[, BOOLEAN[, BOOLEAN[, VARCHAR]]]]) TABLE (SEQ NUMBER, KEY VARCHAR, PATH VARCHAR, INDEX NUMBER, VALUE VARIANT, THIS VARIANT) | One row for each element of an array or object.
GENERATOR table volatile | ([NUMBER[, NUMBER]]) TABLE () | So many rows without columns.
RESULT_SCAN table volatile | (VARCHAR) TABLE () | The result of an earlier statement.
SPLIT_TO_TABLE table | (VARCHAR, VARCHAR) TABLE (SEQ NUMBER, INDEX NUMBER, VALUE VARCHAR) | One row for each part between separators.
STRTOK_SPLIT_TO_TABLE table | (VARCHAR[, VARCHAR]) TABLE (SEQ NUMBER, INDEX NUMBER, VALUE VARCHAR) | One row for each token between separating characters.
`;
