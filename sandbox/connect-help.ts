/** How people connect to a sandbox that has just begun to listen. */

/** The lines below `listening on ...`: a sample for each driver and for connections.toml. */
export function connectHelp(port: number, user: string | null): string {
  const name = user ?? 'me';
  const password = user === null ? 'anything' : '<the password of --password>';
  const whoMayEnter = user === null ? 'any user and any password may sign in' : `only ${user} may sign in`;
  return `An account in a box for Snowflake's own drivers; ${whoMayEnter}. Ctrl-C ends it.

Node (snowflake-sdk):
  snowflake.createConnection({ accessUrl: 'http://127.0.0.1:${port}', account: 'sandbox',
    username: '${name}', password: '${password}' })

Python (snowflake-connector-python):
  snowflake.connector.connect(host='127.0.0.1', port=${port}, protocol='http', account='sandbox',
    user='${name}', password='${password}')

Go (gosnowflake):
  sql.Open("snowflake", "${name}:${password}@127.0.0.1:${port}?protocol=http&account=sandbox")

~/.snowflake/connections.toml:
  [sandbox]
  account = "sandbox"
  user = "${name}"
  password = "${password}"
  host = "127.0.0.1"
  port = ${port}
  protocol = "http"
`;
}
