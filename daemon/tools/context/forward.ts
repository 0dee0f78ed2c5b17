/** Folder context/: MCP requests beside tools (resources, prompts, completion). It stands on the tools' files; tools.ts alone imports this one. */
import type { ToolCall } from '../tool.ts';
import { complete } from './completion.ts';
import { getPrompt, listPrompts } from './prompts.ts';
import { listResources, listResourceTemplates, readResource } from './resources.ts';

/** By method. A table's columns cannot be watched without asking for them again and again, so that nothing can be subscribed to. */
export const forwarded: Readonly<Record<string, (call: ToolCall, params: unknown) => unknown>> = {
  'resources/list': listResources,
  'resources/templates/list': listResourceTemplates,
  'resources/read': readResource,
  'prompts/list': listPrompts,
  'prompts/get': (_call, params) => getPrompt(params),
  'completion/complete': complete,
};
