import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import type { Ledger } from '../ledger/ledger.ts';
import { approvalPages } from './approvals.ts';
import { type LookPagesOptions, lookPages } from './look/look.ts';
import { openVisitors, type VisitorsOptions } from './visitors.ts';

export interface SiteOptions extends Omit<VisitorsOptions, 'accounts'>, Pick<LookPagesOptions, 'read' | 'serves'> {
  readonly ledger: Ledger;
  readonly accounts: readonly {
    /** How callers name it. */
    readonly name: string;
    /** How the ledger knows it. */
    readonly key: string;
    readonly words: string;
  }[];
}

const maxFormBytes = 4096;

/** All pages of a server: those on which a person decides, and those on which they look. */
export function openSite({ accounts, ledger, now, read, serves, ...options }: SiteOptions) {
  const visitors = openVisitors({ ...options, ledger, now, accounts: accounts.map(({ name }) => name) });
  const approvals = approvalPages({
    ledger,
    accounts: new Map(accounts.map(({ key, words }) => [key, words])),
    visitors,
    now,
  });
  const looks = lookPages({
    accounts: new Map(accounts.map(({ name, words }) => [name, words])),
    visitors,
    waiting: approvals.waiting,
    read,
    serves,
  });

  const app = new Hono();
  const [deciding, looking] = [headers([]), headers(["'self'"])];
  app.use(async (c, next) => await (c.req.path.startsWith('/approvals') ? deciding : looking)(c, next));
  app.use(csrf());
  app.use(bodyLimit({ maxSize: maxFormBytes }));
  app.use(async (c, next) => {
    // A form is read once, here; what is none must not leave its marks on the log, where anybody may send it.
    const form = c.req.method === 'POST' ? await c.req.parseBody().catch(() => undefined) : {};
    return form ? await next() : c.text('That is no form.', 400);
  });
  app.use(async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  app.post('/approvals/sign-out', async (c, next) => {
    // Whoever leaves leaves altogether, also where they had typed the code besides.
    visitors.endLook(c);
    await next();
  });
  app.route('/', approvals.app);
  app.route('/', looks);
  return app;
}

/** What a browser is told of a page. Where a person decides, there is no script at all. */
function headers(scripts: string[]) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      ...(scripts.length > 0 && { scriptSrc: scripts }),
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'same-origin',
    // The page may stand behind a proxy that speaks TLS, or on this machine without; the proxy knows which.
    strictTransportSecurity: false,
  });
}
