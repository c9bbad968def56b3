import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import type * as z from 'zod';

export interface CookiesOptions {
  /** What they are sealed with. */
  readonly secret: string;
  /** Whether people reach the pages over TLS. */
  readonly secure: boolean;
  readonly now: () => Date;
}

/** Sealed cookies that end by themselves. Nothing is kept here, so that any replica knows them. */
export function openCookies({ secret, secure, now }: CookiesOptions) {
  /** Each cookie is sealed for what it is: none is good as another. */
  const secretOf = (name: string) => `${secret} ${name}`;
  /** Over TLS a browser takes them from this very host alone: a neighbour under the same domain cannot plant its own. */
  const prefix = secure ? ('host' as const) : undefined;
  const place = { path: '/', secure, ...(prefix && { prefix }) };
  const seconds = () => Math.floor(now().getTime() / 1000);

  return {
    /** Gives a browser a cookie for so many seconds. */
    async keep(c: Context, name: string, value: object, lasts: number): Promise<void> {
      await setSignedCookie(c, name, JSON.stringify({ ...value, until: seconds() + lasts }), secretOf(name), {
        ...place,
        httpOnly: true,
        sameSite: 'Lax',
        maxAge: lasts,
      });
    },
    /** What a cookie of ours says; undefined where there is none, it is not sealed by us, or it is too old. */
    async kept<T extends { readonly until: number }>(
      c: Context,
      name: string,
      schema: z.ZodType<T>,
    ): Promise<T | undefined> {
      const text = await getSignedCookie(c, secretOf(name), name, prefix);
      const value = typeof text === 'string' ? schema.safeParse(JSON.parse(text)).data : undefined;
      return value && value.until > seconds() ? value : undefined;
    },
    drop: (c: Context, name: string) => deleteCookie(c, name, place),
  };
}
