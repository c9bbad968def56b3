import { connect } from 'node:net';

const revision = '2026-07-28';

/** Headers of a call, of either era of the protocol. */
export function callHeaders(name: string, era: 'modern' | 'former', token?: string): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    ...(era === 'modern' && { 'MCP-Protocol-Version': revision, 'Mcp-Method': 'tools/call', 'Mcp-Name': name }),
  };
}

export function callBody(name: string, args: object, era: 'modern' | 'former'): string {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name, arguments: args, ...(era === 'modern' && { _meta }) };
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
}

/** A request as it goes over the wire. */
export function onTheWire(url: URL, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries({ Host: url.host, 'Content-Length': `${Buffer.byteLength(body)}`, ...headers });
  return `POST ${url.pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** A connection on which anything can be sent, as slowly as one likes. */
export async function openWire(url: URL) {
  const socket = connect({ port: Number(url.port), host: url.hostname });
  let received = '';
  socket.setEncoding('utf8').on('data', chunk => {
    received += chunk;
  });
  // A connection that the server cuts breaks, or ends, as the kernel sees it.
  socket.on('error', () => undefined);
  const ended = new Promise<void>(resolve => socket.once('close', () => resolve()));
  const spoken = new Promise<void>(resolve => socket.once('data', () => resolve()));
  await Promise.race([new Promise<void>(resolve => socket.once('connect', resolve)), ended]);
  return {
    ended,
    /** The first bytes have come. */
    spoken,
    received: () => received,
    send(text: string): void {
      socket.write(text);
    },
    /** Takes nothing more of what comes; nor is it told of an end. */
    stopReading(): void {
      socket.pause();
    },
    /** Sends a text byte by byte, for as long as the connection is there. */
    dribble(text: string, ms: number): void {
      let at = 0;
      const next = setInterval(() => socket.write(text[at++ % text.length] ?? ''), ms);
      socket.once('close', () => clearInterval(next));
    },
    leave(): void {
      socket.destroy();
    },
  };
}

export type Wire = Awaited<ReturnType<typeof openWire>>;
