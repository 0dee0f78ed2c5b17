import { config } from 'zod/v4/core';

/**
 * The MCP SDK checks messages with zod, which would compile a function for each schema at its first use. A front-end sees
 * too few messages for that to pay. Must be imported before the SDK.
 */
config({ jitless: true });
