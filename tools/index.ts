import type { Toolset } from '#tool/select.ts';
import accountGet from './account/account-get.ts';
import dnsApply from './dns/dns-apply.ts';
import dnsCheck from './dns/dns-check.ts';
import dnsCreate from './dns/dns-create.ts';
import dnsDelete from './dns/dns-delete.ts';
import dnsExport from './dns/dns-export.ts';
import dnsList from './dns/dns-list.ts';
import domainCheck from './domains/domain-check.ts';
import domainCreate from './domains/domain-create.ts';
import domainGet from './domains/domain-get.ts';
import domainList from './domains/domain-list.ts';
import domainLock from './domains/domain-lock.ts';
import domainUnlock from './domains/domain-unlock.ts';
import domainUpdateContacts from './domains/domain-update-contacts.ts';
import domainUpdateNameservers from './domains/domain-update-nameservers.ts';
import portfolio from './domains/portfolio.ts';
import hello from './general/hello.ts';
import login from './general/login.ts';
import logout from './general/logout.ts';
import hostAddIp from './hosts/host-add-ip.ts';
import hostCreate from './hosts/host-create.ts';
import hostDelete from './hosts/host-delete.ts';
import hostList from './hosts/host-list.ts';
import hostRemoveIp from './hosts/host-remove-ip.ts';
import hostSync from './hosts/host-sync.ts';
import budget from './journal/budget.ts';
import journal from './journal/journal.ts';
import undo from './journal/undo.ts';
import orderCreate from './orders/order-create.ts';

/** Every tool, by toolset; the order is the one in which clients see them. */
export const toolsets: readonly Toolset[] = [
  {
    name: 'domains',
    tools: [
      domainCheck,
      domainList,
      domainGet,
      portfolio,
      domainCreate,
      domainLock,
      domainUnlock,
      domainUpdateNameservers,
      domainUpdateContacts,
    ],
  },
  { name: 'dns', tools: [dnsList, dnsCreate, dnsDelete, dnsApply, dnsExport, dnsCheck] },
  { name: 'orders', tools: [orderCreate] },
  { name: 'account', tools: [accountGet] },
  { name: 'journal', tools: [journal, undo, budget] },
  { name: 'hosts', tools: [hostList, hostSync, hostCreate, hostDelete, hostAddIp, hostRemoveIp] },
  { name: 'general', tools: [hello, login, logout] },
];
