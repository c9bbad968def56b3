import { createServer } from 'node:http';
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider';
import { listen } from '#listen.ts';

/** An OpenID provider on loopback, with pages of its own on which anybody may sign in as anybody. */
export async function openProvider(clients: readonly ClientMetadata[], configuration: Configuration = {}) {
  const front = createServer();
  const { origin: issuer } = await listen(front, { host: '127.0.0.1', port: 0 });
  const provider = new Provider(issuer, {
    clients: clients.map(client => ({ grant_types: ['authorization_code'], response_types: ['code'], ...client })),
    ...configuration,
  });
  front.on('request', provider.callback());
  return {
    issuer,
    close(): void {
      front.close();
      front.closeAllConnections();
    },
  };
}

/** A person at the provider's own pages: signs in, agrees, and comes back with a code in the address. */
export async function signIn(start: URL, redirect: string, login: string): Promise<URL> {
  const jar = new Map<string, string>();
  let at = start;
  let body: URLSearchParams | undefined;
  for (let step = 0; step < 12; step += 1) {
    const reply = await fetch(at, {
      redirect: 'manual',
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body && { method: 'POST', body }),
    });
    for (const cookie of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    const location = reply.headers.get('Location');
    if (location !== null) {
      at = new URL(location, at);
      body = undefined;
      if (at.href.startsWith(redirect)) return at;
      continue;
    }
    const page = await reply.text();
    const [, action = ''] = /action="([^"]+)"/.exec(page) ?? [];
    const [, prompt = ''] = /name="prompt" value="([^"]+)"/.exec(page) ?? [];
    if (action === '') throw new Error(`a page without a form: ${reply.status} ${page.slice(0, 500)}`);
    at = new URL(action, at);
    body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'any' }) });
  }
  throw new Error('the provider goes on for ever');
}
