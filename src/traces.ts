import type { Span, Tracer } from '@opentelemetry/api';
import { type Observed, toolOf } from './metrics.ts';
import { once } from './once.ts';

type CallEvent = Parameters<Observed['call']>[0];
type RequestEvent = Parameters<Observed['request']>[0];

/** For how long a collector is waited for, in milliseconds: whoever ends a process waits as well. */
const patience = 3_000;

/** So many calls are under way at most whose requests are kept until they end; of more, the oldest are let go. */
const mostCalls = 2_000;

/**
 * Traces for OpenTelemetry: a span for each call of a tool, and in it one for each request to the registrar. Where they go is
 * for the library's own variables to say (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, …); it loads with the first call.
 */
export function openTraces(now: () => Date) {
  const requests = new Map<string, { readonly event: RequestEvent; readonly end: number }[]>();

  const sdk = once(async () => {
    const [api, { TracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] = await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
    const named = resources.resourceFromAttributes({ 'service.name': 'registrar-mcp' });
    const told = resources.detectResources({ detectors: [resources.envDetector] });
    const provider = new TracerProvider({
      resource: resources.defaultResource().merge(named).merge(told),
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ timeoutMillis: patience }) })],
    });
    return { api, provider, tracer: provider.getTracer('registrar-mcp') };
  });

  function ended(span: Span, outcome: string, end: number, failed: number): void {
    span.setAttribute('registrar_mcp.outcome', outcome);
    if (outcome !== 'ok' && outcome !== 'asks') span.setStatus({ code: failed, message: outcome });
    span.end(end);
  }

  async function write(event: CallEvent, end: number): Promise<void> {
    const { api, tracer } = await sdk.open();
    const { ERROR } = api.SpanStatusCode;
    const tool = toolOf(event);
    const span = tracer.startSpan(`tools/call ${tool}`, {
      kind: api.SpanKind.SERVER,
      startTime: end - event.ms,
      root: true,
      attributes: {
        'mcp.method.name': 'tools/call',
        'gen_ai.tool.name': tool,
        ...(event.call !== undefined && { 'registrar_mcp.call': event.call }),
      },
    });
    const inside = api.trace.setSpan(api.ROOT_CONTEXT, span);
    for (const { event: request, end: then } of taken(event.call)) {
      const child = requestSpan(tracer, request, then, api.SpanKind.CLIENT, inside);
      ended(child, request.outcome, then, ERROR);
    }
    ended(span, event.outcome, end, ERROR);
  }

  function taken(call: string | undefined) {
    const own = call === undefined ? [] : (requests.get(call) ?? []);
    if (call !== undefined) requests.delete(call);
    return own;
  }

  return {
    observed: {
      call(event) {
        // A trace that is lost must not be what a call fails of.
        void write(event, now().getTime()).catch(() => undefined);
      },
      request(event) {
        const { call } = event;
        if (call === undefined) return;
        const own = requests.get(call) ?? [];
        own.push({ event, end: now().getTime() });
        requests.set(call, own);
        const [oldest] = requests.keys();
        if (requests.size > mostCalls && oldest !== undefined) requests.delete(oldest);
      },
    } satisfies Observed,
    /** Sends what is still here. */
    async close(): Promise<void> {
      await sdk.close(({ provider }) => provider.shutdown()).catch(() => undefined);
    },
  };
}

function requestSpan(
  tracer: Tracer,
  { endpoint, ms }: RequestEvent,
  end: number,
  kind: number,
  inside: Parameters<Tracer['startSpan']>[2],
): Span {
  const attributes = { 'registrar_mcp.endpoint': endpoint };
  return tracer.startSpan(`registrar ${endpoint}`, { kind, startTime: end - ms, attributes }, inside);
}
