import type { TaskOfKind } from '../task.ts';
import { expiryOf } from '../telling.ts';
import { delegated, has, lacks, locked, madePrivate, registered, renewed } from '../wanted.ts';

/** One thing, said plainly. */
export const easy: readonly TaskOfKind[] = [
  {
    id: 'register-a-name',
    prompt: 'Please get me fresh-loaf.com for a year.',
    wanted: [{ changes: [registered('fresh-loaf.com')] }],
    solution: async ({ call }) => (await call('domain_create', { domain_name: 'fresh-loaf.com' })).text,
  },
  {
    id: 'renew-a-name',
    prompt: 'harbor-bakery.net runs out next week. Renew it for one more year.',
    wanted: [{ changes: [renewed('harbor-bakery.net')] }],
    async solution({ call }) {
      const items = [{ order_type: 'domain/renew', domain_name: 'harbor-bakery.net', period: 1 }];
      return (await call('order_create', { items })).text;
    },
  },
  {
    id: 'add-a-record',
    prompt: 'Point blog.harbor-bakery.com at 192.0.2.44.',
    wanted: [{ changes: [has('harbor-bakery.com', 'blog A 192.0.2.44')] }],
    async solution({ call }) {
      const record = { domain_name: 'harbor-bakery.com', host: 'blog', type: 'A', content: '192.0.2.44' };
      return (await call('dns_create', record)).text;
    },
  },
  {
    id: 'lock-a-name',
    prompt:
      "Somebody told me that paper-lantern.shop isn't protected against being transferred away. Fix that, please.",
    wanted: [{ changes: [locked('paper-lantern.shop')] }],
    solution: async ({ call }) => (await call('domain_lock', { domain_name: 'paper-lantern.shop' })).text,
  },
  {
    id: 'when-and-how-much',
    prompt: 'On what date does nightbus.app expire, and what would it cost me to renew it for a year?',
    wanted: [{ says: [expiryOf('nightbus.app'), /15\.99/] }],
    solution: async ({ call }) => (await call('domain_get', { domain_name: 'nightbus.app' })).text,
  },
  {
    id: 'change-an-address',
    prompt: 'Our API has moved: api.nightbus.app must answer at 203.0.113.80 now, instead of where it is.',
    wanted: [{ changes: [lacks('nightbus.app', 'api A 198.51.100.8'), has('nightbus.app', 'api A 203.0.113.80')] }],
    async solution({ call }) {
      const records = [{ host: 'api', type: 'A', content: '203.0.113.80' }];
      return (await call('dns_apply', { domain_name: 'nightbus.app', records })).text;
    },
  },
  {
    id: 'delete-a-record',
    prompt: "We've left the VoIP provider. Take their SIP record out of harbor-bakery.com.",
    wanted: [{ changes: [lacks('harbor-bakery.com', '_sip._tcp SRV 10 5 5060 sip.voice.example')] }],
    async solution({ call, records }) {
      const [sip] = await records('harbor-bakery.com', { type: 'SRV' });
      return (await call('dns_delete', sip)).text;
    },
  },
  {
    id: 'hide-the-owner',
    prompt: 'I want my address out of the WHOIS for fjord-kayak.org. A year of it will do.',
    wanted: [{ changes: [madePrivate('fjord-kayak.org')] }],
    async solution({ call }) {
      const items = [{ order_type: 'whois_privacy/create', domain_name: 'fjord-kayak.org', period: 1 }];
      return (await call('order_create', { items })).text;
    },
  },
  {
    id: 'change-nameservers',
    prompt:
      'quiet-metrics.dev moves to our DNS host; they have the zone already. Its nameservers are ns1.zonehost.net and ns2.zonehost.net.',
    wanted: [{ changes: [delegated('quiet-metrics.dev', ['ns1.zonehost.net', 'ns2.zonehost.net'])] }],
    async solution({ call }) {
      const nameservers = ['ns1.zonehost.net', 'ns2.zonehost.net'];
      return (await call('domain_update_nameservers', { domain_name: 'quiet-metrics.dev', nameservers })).text;
    },
  },
  {
    id: 'compare-prices',
    prompt: 'Can I have driftwood-cafe as .com, .io or .shop, and what is each for the first year? Buy nothing yet.',
    wanted: [{ says: [/9\.99/, /34\.99/, /2\.99/] }],
    async solution({ call }) {
      return (await call('domain_check', { keyword: 'driftwood-cafe', tlds: ['com', 'io', 'shop'] })).text;
    },
  },
];
