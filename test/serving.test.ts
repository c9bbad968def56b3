import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { toolsets } from '../tools/index.ts';
import { collect, executable, exited, run, serveHttp, sharedServer } from './support/server-process.ts';

const http = sharedServer();

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
});
const json = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

/** A POST with headers that fetch would not let a caller set. */
async function post(
  url: URL,
  headers: Record<string, string>,
  body = initialize,
): Promise<{ status: number; body: string }> {
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { ...json, ...headers } }, reply => {
      const text = collect(reply);
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: text() }));
    });
    sent.on('error', reject).end(body);
  });
}

describe('HTTP', () => {
  test('serves health and MCP, and says where anything else is', async () => {
    expect(await (await fetch(new URL('/healthz', http.url))).json()).toEqual({ status: 'ok' });
    expect((await post(http.url, {})).body).toContain('"name":"registrar-mcp"');
    expect(await (await fetch(new URL('/elsewhere', http.url))).text()).toContain('/mcp');
  });

  test.each([
    ['Host', 'evil.example'],
    ['Host', 'evil.example:8808'],
    ['Host', '127.0.0.1.evil.example'],
    ['Origin', 'https://evil.example'],
    ['Origin', 'http://127.0.0.1.evil.example'],
    ['Origin', 'null'],
  ])('a foreign %s (%s) is refused', async (name, value) => {
    expect((await post(http.url, { [name]: value })).status).toBe(403);
  });

  test('its own names and origins are not', async () => {
    for (const headers of [
      { Host: 'localhost:1' },
      { Origin: 'http://localhost:3000' },
      { Host: `127.0.0.1:${http.url.port}` },
    ])
      expect((await post(http.url, headers)).status).toBe(200);
  });

  test('bodies over 1 MiB are refused, and ten megabytes do no harm', async () => {
    expect((await post(http.url, {}, `{"x":"${'x'.repeat(2 * 1024 * 1024)}"}`)).status).toBe(413);
    await post(http.url, {}, 'x'.repeat(10 * 1024 * 1024)).catch(() => undefined);
    expect((await post(http.url, {})).status).toBe(200);
  });

  test('beyond this machine it serves only with a token, which every call must carry', async () => {
    const refused = await run(['http', '--host', '0.0.0.0', '--port', '0'], http.env);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Listening on 0\.0\.0\.0 lets others in: set REGISTRAR_HTTP_TOKEN/),
    });
    const guarded = await serveHttp(
      { ...http.env, REGISTRAR_HTTP_TOKEN: 'a-token-for-this-test', REGISTRAR_HTTP_HOSTS: 'mcp.example.com' },
      ['--host', '0.0.0.0'],
    );
    const url = new URL(`http://127.0.0.1:${guarded.url.port}/mcp`);
    for (const headers of [
      {},
      { Authorization: 'Bearer wrong' },
      { Authorization: 'Basic a-token-for-this-test' },
      { Authorization: 'Bearer ' },
    ]) {
      expect(await post(url, headers as Record<string, string>)).toMatchObject({
        status: 401,
        body: expect.stringContaining('invalid_token'),
      });
    }
    expect((await post(url, { Authorization: 'Bearer a-token-for-this-test', Host: 'mcp.example.com' })).status).toBe(
      200,
    );
    expect((await post(url, { Authorization: 'Bearer a-token-for-this-test', Host: 'other.example.com' })).status).toBe(
      403,
    );
    expect(guarded.stderr()).not.toContain('a-token-for-this-test');
    await guarded.stop();
  });
});

describe('told to end', () => {
  /** A registrar that holds every purchase until it is let go. */
  async function slowRegistrar() {
    const held: (() => void)[] = [];
    let arrived = () => {};
    const waiting = new Promise<void>(resolve => {
      arrived = resolve;
    });
    const ok = '"result":{"code":100,"message":"Command Successful"}';
    const server = createServer((request, response) => {
      if (request.url !== '/api/dns/create/harbor-bakery.com') return response.end(`{${ok},"records":[]}`);
      held.push(() =>
        response.end(`{${ok},"record_id":7,"name":"harbor-bakery.com","type":"TXT","content":"x","ttl":300}`),
      );
      return arrived();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    return {
      env: { ...http.env, REGISTRAR_URL: url, REGISTRAR_USERNAME: 'x', REGISTRAR_API_TOKEN: 'y' },
      waiting,
      release() {
        for (const answer of held) answer();
      },
      close: () => server.close(),
    };
  }

  const call = JSON.stringify({
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: {
      name: 'dns_create',
      arguments: { domain_name: 'harbor-bakery.com', host: '@', type: 'TXT', content: 'x' },
    },
  });

  test('over stdio, a call that runs is finished and answered', async () => {
    const registrar = await slowRegistrar();
    const child = spawn(process.execPath, [executable], { env: registrar.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const out = collect(child.stdout);
    child.stdin.write(
      `${initialize}\n${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n${call}\n`,
    );
    await registrar.waiting;
    child.kill('SIGTERM');
    setTimeout(registrar.release, 100);
    expect(await exited(child)).toBe(0);
    expect(out()).toContain('"record_id":"7"');
    registrar.close();
  });

  test('when the client goes, what has been sent is waited for', async () => {
    const registrar = await slowRegistrar();
    const child = spawn(process.execPath, [executable], { env: registrar.env, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.write(
      `${initialize}\n${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n${call}\n`,
    );
    await registrar.waiting;
    child.stdin.end();
    let gone = false;
    const end = exited(child).then(code => {
      gone = true;
      return code;
    });
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(gone).toBe(false);
    registrar.release();
    expect(await end).toBe(0);
    registrar.close();
  });

  test('over HTTP, a call that runs is finished and answered', async () => {
    const registrar = await slowRegistrar();
    const server = await serveHttp(registrar.env);
    const answer = post(server.url, { 'MCP-Protocol-Version': '2025-11-25' }, call);
    await registrar.waiting;
    const stopped = server.stop();
    setTimeout(registrar.release, 100);
    expect((await answer).body).toContain('"record_id":"7"');
    expect(await stopped).toBe(0);
    registrar.close();
  });
});

describe('at a shell', () => {
  test('tools lists every tool with its word', async () => {
    const { code, stdout } = await run(['tools'], http.env);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(toolsets.flatMap(({ tools }) => tools).length);
    expect(stdout).toMatch(/^domain_create +paid +Register a domain$/m);
  });

  test('call calls one through MCP; a preview can be confirmed by hand', async () => {
    const preview = await run(['call', 'domain_create', '{"domain_name":"shell-loaf.com"}'], http.env);
    const confirm = /^confirm: (\S+)$/m.exec(preview.stdout)?.[1];
    const bought = await run(
      ['call', 'domain_create', JSON.stringify({ domain_name: 'shell-loaf.com', confirm })],
      http.env,
    );
    expect(bought).toMatchObject({ code: 0, stdout: expect.stringContaining('Registered shell-loaf.com') });
  });

  test('what is wrong is said on standard error, with exit codes', async () => {
    expect(await run(['call', 'domain_get', '{"domain_name":"www.example.com"}'], http.env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('give "example.com"'),
    });
    expect(await run(['call', 'domain_gt'], http.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did you mean "domain_get"?'),
    });
    expect(await run(['call', 'hello', '{x'], http.env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not a JSON object'),
    });
    expect(await run(['serve'], http.env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no command "serve"'),
    });
    expect(await run(['http', '--port', 'x'], http.env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--port must be a number'),
    });
    expect(await run([], { ...http.env, REGISTRAR_USERNAM: 'x' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "REGISTRAR_USERNAME"?'),
    });
    expect(await run(['--version'], http.env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  test('a state directory that cannot be used is said to be so', async () => {
    expect(await run(['call', 'domain_list'], { ...http.env, REGISTRAR_STATE_DIR: '/dev/null/x' })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/state directory .* cannot be used.*REGISTRAR_STATE_DIR/),
    });
  });
});
