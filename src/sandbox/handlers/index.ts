import type { EndpointName } from '../../registrar/endpoints.ts';
import type { Handler } from '../handler.ts';
import { dns_create, dns_delete, dns_list } from './dns.ts';
import {
  domain_check,
  domain_get,
  domain_list,
  domain_lock,
  domain_unlock,
  domain_update_contacts,
  domain_update_nameservers,
} from './domains.ts';
import { account_get, hello, login, logout } from './general.ts';
import { host_add_ip, host_create, host_delete, host_list, host_remove_ip, host_sync } from './hosts.ts';
import { domain_create, order } from './orders.ts';

/** A handler for every row of the endpoint table. */
export const handlers = {
  hello,
  login,
  logout,
  account_get,
  order,
  domain_create,
  domain_get,
  domain_list,
  domain_lock,
  domain_unlock,
  domain_update_nameservers,
  domain_update_contacts,
  domain_check,
  dns_list,
  dns_create,
  dns_delete,
  host_list,
  host_sync,
  host_create,
  host_delete,
  host_add_ip,
  host_remove_ip,
} satisfies Record<EndpointName, Handler>;
