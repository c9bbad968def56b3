import type { World } from './world.ts';

/** A page as it came, in the hands of a person without a browser. */
export interface Page {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Opens a page of the server's. */
export async function visit({ composed }: World, link: string): Promise<Page> {
  return await read(await composed.pages(new Request(link)));
}

/** Fills in the form of a page and sends it, as a browser would; `changes` replaces fields, `headers` what it says of itself. */
export async function decide(
  world: World,
  link: string,
  changes: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = { Origin: new URL(link).origin },
): Promise<Page> {
  const { text } = await visit(world, link);
  const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
  const body = new URLSearchParams({ token, ...changes });
  const sent = new Request(link, { method: 'POST', body, headers });
  const answer = await world.composed.pages(sent);
  const location = answer.headers.get('Location');
  return answer.status === 303 && location ? await visit(world, new URL(location, link).href) : await read(answer);
}

async function read(response: Response): Promise<Page> {
  return { status: response.status, text: await response.text(), headers: response.headers };
}
