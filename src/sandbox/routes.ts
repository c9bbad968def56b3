import { type Endpoint, type EndpointName, endpoints } from '../registrar/endpoints.ts';
import { type Path, path } from '../registrar/path.ts';

export interface Route {
  readonly name: EndpointName;
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
}

const table = Object.entries(endpoints).map(([name, endpoint]) => ({
  name,
  endpoint,
  path: endpoint.path,
  method: endpoint.method,
}));

/** Routes beyond the table: lock and unlock by GET, the older forms of check, a list that names its account. */
const aliases = [
  alias('domain_lock', 'GET', endpoints.domain_lock.path),
  alias('domain_unlock', 'GET', endpoints.domain_unlock.path),
  alias('domain_check', 'POST', path`/api/domain/power_check`),
  alias('domain_check', 'GET', path`/api/domain/check/${'keyword'}/${'tld'}`),
  alias('domain_list', 'GET', path`/api/domain/list/${'username'}`),
];

/** The endpoint that a method and a request target name, or undefined. */
export function route(method: string, target: string): Route | undefined {
  const pathname = pathOf(target);
  for (const row of [...table, ...aliases]) {
    const params = row.method === method ? row.path.match(pathname) : undefined;
    if (params && isEndpoint(row.name)) return { name: row.name, endpoint: row.endpoint, params };
  }
  return undefined;
}

/** Absolute-form targets lose their origin, doubled slashes in front become one, a query is not looked at. */
function pathOf(target: string): string {
  const [pathname = ''] = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/);
  return pathname.replace(/^\/+/, '/');
}

function alias(name: EndpointName, method: 'GET' | 'POST', route: Path) {
  return { name, endpoint: endpoints[name], path: route, method };
}

function isEndpoint(name: string): name is EndpointName {
  return name in endpoints;
}
