import type { EndpointName } from '../../registrar/endpoints.ts';
import type { Handler } from '../handler.ts';
import * as dns from './dns.ts';
import * as domains from './domains.ts';
import { account_get, hello, login, logout } from './general.ts';
import * as hosts from './hosts.ts';
import { domain_create, order } from './orders.ts';

/** A handler for every row of the endpoint table. */
export const handlers = {
  hello,
  login,
  logout,
  account_get,
  order,
  domain_create,
  ...domains,
  ...dns,
  ...hosts,
} satisfies Record<EndpointName, Handler>;
