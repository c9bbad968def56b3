import { fromJsonSchema, type McpRequestContext, type McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

/** The smallest PNG there is: one pixel. */
export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A WAV file without a sample. */
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const image = { type: 'image', data: png, mimeType: 'image/png' } as const;
const json = {
  uri: 'test://mixed-content-resource',
  mimeType: 'application/json',
  text: '{"test":"data","value":123}',
};
const embedded = {
  uri: 'test://embedded-resource',
  mimeType: 'text/plain',
  text: 'This is an embedded resource content.',
};

/** What a schema may hold beyond what our own tools' schemas do (SEP-1613, SEP-2106). */
const fullSchema = fromJsonSchema({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
});

/** A parameter that travels in a header of its own as well (SEP-2243). */
const headerSchema = z.object({ region: z.string().optional().meta({ 'x-mcp-header': 'Region' }) });

/** Tools whose answers are other than ours: our own have text and structure. */
export function addContentFixtures(mcp: McpServer, era: McpRequestContext['era']): void {
  mcp.registerTool('test_image_content', { description: 'Answers with an image.' }, () => ({ content: [image] }));
  mcp.registerTool('test_audio_content', { description: 'Answers with a sound.' }, () => ({
    content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }],
  }));
  mcp.registerTool('test_embedded_resource', { description: 'Answers with a resource.' }, () => ({
    content: [{ type: 'resource', resource: embedded }],
  }));
  mcp.registerTool('test_multiple_content_types', { description: 'Answers with three kinds of content.' }, () => ({
    content: [text('Multiple content types test:'), image, { type: 'resource', resource: json }],
  }));
  const any = { description: 'Takes what its schema allows.' };
  mcp.registerTool('json_schema_2020_12_tool', { ...any, inputSchema: fullSchema }, () => said('Taken.'));
  mcp.registerTool('test_custom_header', { ...any, inputSchema: headerSchema }, () => said('Taken.'));

  // The revision of 2026 has no log messages without a level in the request, and nothing to set one with.
  if (era === 'legacy') mcp.server.registerCapabilities({ logging: {} });
  mcp.registerTool('test_tool_with_logging', { description: 'Says three times what it does.' }, async ctx => {
    for (const message of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
      await ctx.mcpReq.log('info', message);
    return said('Done.');
  });
}

/** A text as an answer. */
export function said(words: string) {
  return { content: [text(words)] };
}

function text(words: string) {
  return { type: 'text' as const, text: words };
}
