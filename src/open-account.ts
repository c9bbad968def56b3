import { accountWords } from './account-words.ts';
import { type AccountConfig, accountKey } from './config/account.ts';
import type { Config } from './config/config.ts';
import { type Nameserver, parseNameserver } from './dns/nameserver.ts';
import { withheldBy } from './model/profile.ts';
import { once } from './once.ts';
import type { ClientOptions, RequestEvent } from './registrar/client.ts';
import type { TakeTurn } from './registrar/limits.ts';
import type { Served } from './tool/desk.ts';
import { namesIn } from './tool/names.ts';
import { openReadings } from './tool/readings.ts';

/** What an account shares with the others of a deployment. */
interface Common {
  readonly config: Config;
  /** The registrar in the box. */
  readonly sandbox: () => Promise<Pick<ClientOptions, 'url' | 'credentials'>>;
  /** The limit on requests as all replicas keep it together; undefined where there is but one. */
  readonly sharedTurns: (key: string) => Promise<TakeTurn | undefined>;
  /** Told of a secret that came into being. */
  readonly secret: (secret: string) => void;
  /** Told of each request. */
  readonly request: (event: RequestEvent) => void;
  /** The nameserver of a sandbox, where the account is of one. */
  readonly dns: () => Promise<Nameserver | undefined>;
  readonly pagesAt: (() => Promise<URL>) | undefined;
}

/** Puts together what serves an account: the client, the resolver, what may be done on it. Nothing is opened before it is needed. */
export function openAccount(
  name: string,
  account: AccountConfig,
  { config, sandbox, sharedTurns, secret, request, dns, pagesAt }: Common,
) {
  const key = accountKey(account);
  const readings = openReadings();
  const client = once(async () => {
    const { openClient } = await import('./registrar/client.ts');
    const { defaultLimits } = await import('./registrar/limits.ts');
    const { registrar, auth, rates } = account;
    const open = Number.POSITIVE_INFINITY;
    const otherwise = registrar.kind === 'account' ? defaultLimits : { perSecond: open, perHour: open };
    const { perSecond = otherwise.perSecond, perHour = otherwise.perHour } = rates;
    const { url, credentials } = registrar.kind === 'account' ? registrar : await sandbox();
    return openClient({
      url,
      credentials,
      auth,
      limits: { perSecond, perHour },
      withheld: withheldBy(config.profile),
      takeTurn: await sharedTurns(key),
      secret,
      changed: args => readings.forget(namesIn(args)),
      observed: request,
    });
  });
  const resolver = once(async () => {
    const { openDns } = await import('./dns/client.ts');
    const box = config.resolvers.length > 0 ? undefined : await dns();
    if (box) return openDns({ resolvers: [box], port: box.port, mayAsk: address => address === box.address });
    const { getServers } = await import('node:dns');
    const found = getServers()
      .map(parseNameserver)
      .filter(server => server !== undefined);
    return openDns({ resolvers: config.resolvers.length > 0 ? config.resolvers : found, port: 53 });
  });
  const served: Served = {
    name,
    key,
    registrars: async (signal, call) => (await client.open()).registrars(signal, call),
    readings,
    resolver: resolver.open,
    policy: {
      confirm: account.confirm,
      grave: hazard => !account.hazards.some(kind => kind === hazard),
      proof: config.approvalCode !== undefined || config.http.signIn !== undefined,
      page: pagesAt && (async id => new URL(`/approvals/${id}`, await pagesAt())),
    },
    names: account.names,
    limits: account.budget,
  };
  return {
    served,
    name,
    key,
    words: accountWords(account),
    registrar: async (signal?: AbortSignal) => (await client.open()).registrars(signal).read,
    waiting: async () => (await client.open()).waiting,
    resolver: resolver.open,
    close: () => client.close(opened => opened.close()),
  };
}
