import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { listen } from '#listen.ts';
import { call } from './support/calls.ts';
import { freshState, run, serveHttp } from './support/server-process.ts';

const Attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }) });
const Span = z.object({
  name: z.string(),
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  startTimeUnixNano: z.coerce.bigint(),
  endTimeUnixNano: z.coerce.bigint(),
  attributes: z.array(Attribute),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }),
});
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(Attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

/** A collector of traces. */
async function openCollector() {
  const spans: z.output<typeof Span>[] = [];
  const services: (string | undefined)[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming
      .on('data', chunk => chunks.push(chunk))
      .on('end', () => {
        for (const { resource, scopeSpans } of Export.parse(JSON.parse(Buffer.concat(chunks).toString()))
          .resourceSpans) {
          services.push(resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue);
          for (const scope of scopeSpans) spans.push(...scope.spans);
        }
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
      });
  });
  const url = await listen(server, { host: '127.0.0.1', port: 0 });
  return { url, spans, services, close: () => server.close() };
}

test('a call is a span, and its requests to the registrar are spans in it', async () => {
  const collector = await openCollector();
  const state = freshState();
  const env = { ...state.env, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url.origin, OTEL_SERVICE_NAME: 'names' };
  const server = await serveHttp(env);
  expect((await call(server.url, undefined, 'domain_get', { domain_name: 'harbor-bakery.com' })).text).toContain(
    'harbor',
  );
  await call(server.url, undefined, 'domain_get', { domain_name: 'nowhere.com' });
  expect(await server.stop()).toBe(0);

  const [good, bad] = collector.spans.filter(({ name }) => name === 'tools/call domain_get');
  const inside = collector.spans.filter(({ parentSpanId }) => parentSpanId === good?.spanId);
  expect(inside.map(({ name }) => name)).toContain('registrar domain/get');
  for (const { traceId, startTimeUnixNano, endTimeUnixNano } of inside) {
    expect(traceId).toBe(good?.traceId);
    expect(endTimeUnixNano >= startTimeUnixNano).toBe(true);
  }
  expect(good?.status.code ?? 0).toBe(0);
  expect(bad?.status).toMatchObject({ code: 2, message: 'domain_not_in_account' });
  expect(good?.attributes.map(({ key }) => key)).toContain('registrar_mcp.call');
  expect(bad?.traceId).not.toBe(good?.traceId);
  expect(new Set(collector.services)).toEqual(new Set(['names']));
  collector.close();
  state.remove();
});

test('a collector that is not there costs a call nothing', async () => {
  const state = freshState();
  const env = { ...state.env, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' };
  expect(await run(['call', 'hello'], env)).toMatchObject({ code: 0 });
  state.remove();
});
