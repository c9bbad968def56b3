import * as z from 'zod';
import { ownNameservers } from '#sandbox/domains.ts';
import { fact } from '../facts.ts';
import type { TaskOfKind } from '../task.ts';
import { contact, delegated, glue, has, lacks, locked, madePrivate, registered, renewed } from '../wanted.ts';

const Domains = z.object({
  domains: z.array(z.object({ domain_name: z.string(), days_left: z.int() })),
});
const Acts = z.object({ acts: z.array(z.object({ entry: z.int(), tool: z.string() })) });

const tidewater = Array.from({ length: 12 }, (_, at) => `pr-${at + 110}`);
const jo = {
  first_name: 'Jo',
  last_name: 'Lind',
  organization: 'Lind IT',
  email: 'jo@lind-it.example',
  phone: '+1.3035550199',
};

/** Several things that belong together. */
export const long: readonly TaskOfKind[] = [
  {
    id: 'launch-a-site',
    prompt: `We open a second shop. Register harbor-oven.com for two years and set it up:
- the site itself is at 192.0.2.90, and www should lead to the same place by an alias (CNAME) of harbor-oven.com
- mail goes to mx1.mailhost.example, priority 10
- SPF: v=spf1 include:_spf.mailhost.example ~all`,
    wanted: [
      {
        changes: [
          registered('harbor-oven.com', { years: 2 }),
          has(
            'harbor-oven.com',
            '@ A 192.0.2.90',
            'www CNAME harbor-oven.com',
            '@ MX 10 mx1.mailhost.example',
            '@ TXT v=spf1 include:_spf.mailhost.example ~all',
          ),
        ],
      },
    ],
    async solution({ call }) {
      const domain_name = 'harbor-oven.com';
      await call('domain_create', { domain_name, period: 2 });
      const records = [
        { host: '@', type: 'A', content: '192.0.2.90' },
        { host: 'www', type: 'CNAME', content: domain_name },
        { host: '@', type: 'MX', content: 'mx1.mailhost.example', priority: 10 },
        { host: '@', type: 'TXT', content: 'v=spf1 include:_spf.mailhost.example ~all' },
      ];
      return (await call('dns_apply', { domain_name, records })).text;
    },
  },
  {
    id: 'move-the-mail',
    prompt:
      "We move harbor-bakery.com's mail to Google Workspace today: smtp.google.com with priority 1 becomes the only mail server. The old provider may go on sending for a month, so the SPF record needs both, the old one first. Leave everything else as it is.",
    wanted: [
      {
        changes: [
          lacks(
            'harbor-bakery.com',
            '@ MX 10 mx1.mailhost.example',
            '@ MX 20 mx2.mailhost.example',
            '@ TXT v=spf1 include:_spf.mailhost.example ~all',
          ),
          has(
            'harbor-bakery.com',
            '@ MX 1 smtp.google.com',
            '@ TXT v=spf1 include:_spf.mailhost.example include:_spf.google.com ~all',
          ),
        ],
      },
    ],
    async solution({ call }) {
      return (await call('dns_apply', { domain_name: 'harbor-bakery.com', preset: 'google_workspace' })).text;
    },
  },
  {
    id: 'renew-what-runs-out',
    prompt:
      'Renew every domain that runs out within the next 60 days for one more year. Not lapsed-garden.info: it has expired, and we let it go.',
    wanted: [
      {
        changes: [
          (wanted, now) => {
            const inSixty = new Date(now.getTime() + 60 * 86_400_000).toISOString().slice(0, 10);
            for (const [name, [holder]] of [...wanted]) {
              const [until = ''] = wanted.get(fact.expires(name)) ?? [];
              const soon = holder === 'held by demo' && until <= inSixty && name !== 'lapsed-garden.info';
              if (soon) renewed(name)(wanted, now);
            }
          },
        ],
      },
    ],
    async solution({ call }) {
      const { domains } = Domains.parse((await call('domain_list', { expiring_within_days: 60 })).structured);
      const items = domains
        .filter(({ days_left }) => days_left >= 0)
        .map(({ domain_name }) => ({ order_type: 'domain/renew', domain_name, period: 1 }));
      return (await call('order_create', { items })).text;
    },
  },
  {
    id: 'privacy-wherever-it-is-off',
    prompt:
      'Hide our details in the WHOIS for a year on these, where they are still public: harbor-bakery.com, harbor-bakery.net, fjord-kayak.org, paper-lantern.shop and slow-river.co.uk. Tell me where it could not be had.',
    wanted: [
      {
        changes: ['harbor-bakery.net', 'fjord-kayak.org', 'paper-lantern.shop'].map(name => madePrivate(name)),
        says: [/slow-river\.co\.uk/],
      },
    ],
    async solution({ call }) {
      const names = [
        'harbor-bakery.com',
        'harbor-bakery.net',
        'fjord-kayak.org',
        'paper-lantern.shop',
        'slow-river.co.uk',
      ];
      const States = z.object({ privacy: z.boolean(), privacy_price: z.string().optional() });
      const states = await Promise.all(
        names.map(async domain_name => ({
          domain_name,
          ...States.parse((await call('domain_get', { domain_name })).structured),
        })),
      );
      const open = states.filter(({ privacy }) => !privacy);
      const items = open
        .filter(({ privacy_price }) => privacy_price !== undefined)
        .map(({ domain_name }) => ({ order_type: 'whois_privacy/create', domain_name, period: 1 }));
      await call('order_create', { items });
      const not = open.filter(({ privacy_price }) => privacy_price === undefined);
      return `Done for ${items.length}. It cannot be had for ${not.map(({ domain_name }) => domain_name).join(', ')}.`;
    },
  },
  {
    id: 'clean-up-previews',
    prompt:
      'In tidewater-labs.com there are addresses of preview environments, pr- and a number. All of them are gone but for pr-118, so take the others out.',
    start: stage =>
      stage.holds({
        name: 'tidewater-labs.com',
        expiresIn: 200,
        privacy: true,
        records: [
          ['', 'A', '192.0.2.61'],
          ['www', 'CNAME', 'tidewater-labs.com'],
          ['preview', 'TXT', 'preview environments live below this name'],
          ...tidewater.map((host): [string, string, string] => [host, 'A', '198.51.100.61']),
        ],
      }),
    wanted: [
      {
        changes: [
          lacks(
            'tidewater-labs.com',
            ...tidewater.filter(host => host !== 'pr-118').map(host => `${host} A 198.51.100.61`),
          ),
        ],
      },
    ],
    async solution({ call }) {
      const domain_name = 'tidewater-labs.com';
      const { structured } = await call('dns_export', { domain_name, format: 'json' });
      const records = z.array(z.looseObject({ host: z.string() })).parse(JSON.parse(String(structured?.file)));
      const kept = records.filter(({ host }) => !host.startsWith('pr-') || host === 'pr-118');
      return (await call('dns_apply', { domain_name, records: kept, mode: 'replace' })).text;
    },
  },
  {
    id: 'take-a-move-back',
    prompt:
      'Somebody moved fjord-kayak.org to other nameservers this morning, and since then the site is down. Put the nameservers back to what they were before.',
    async before({ call }) {
      const nameservers = ['ns1.zonehost.net', 'ns2.zonehost.net'];
      await call('domain_update_nameservers', { domain_name: 'fjord-kayak.org', nameservers });
      await call('dns_create', { domain_name: 'nightbus.app', host: 'status', type: 'A', content: '198.51.100.9' });
    },
    wanted: [{ changes: [delegated('fjord-kayak.org', ownNameservers)] }],
    async solution({ call }) {
      const { acts } = Acts.parse((await call('journal', { domain_name: 'fjord-kayak.org' })).structured);
      const moved = acts.find(({ tool }) => tool === 'domain_update_nameservers');
      return (await call('undo', { entry: moved?.entry })).text;
    },
  },
  {
    id: 'move-a-nameserver',
    prompt:
      'Two things about our own nameservers in glue-works.net. ns2 moves from 198.51.100.53 to 198.51.100.54: register the new address and drop the old one. And ns4.glue-works.net is new, at 192.0.2.54: register it and make it the third nameserver of glue-works.net.',
    wanted: [
      {
        changes: [
          glue('ns2.glue-works.net', { has: '198.51.100.54', lacks: '198.51.100.53' }),
          glue('ns4.glue-works.net', { has: '192.0.2.54' }),
          delegated(
            'glue-works.net',
            ['ns1', 'ns2', 'ns4'].map(host => `${host}.glue-works.net`),
          ),
        ],
      },
    ],
    async solution({ call }) {
      const domain_name = 'glue-works.net';
      await call('host_add_ip', { domain_name, hostname: 'ns2', ip: '198.51.100.54' });
      await call('host_remove_ip', { domain_name, hostname: 'ns2', ip: '198.51.100.53' });
      await call('host_create', { domain_name, hostname: 'ns4', ip: '192.0.2.54' });
      const nameservers = ['ns1', 'ns2', 'ns4'].map(host => `${host}.${domain_name}`);
      return (await call('domain_update_nameservers', { domain_name, nameservers })).text;
    },
  },
  {
    id: 'hand-over-to-a-new-technician',
    prompt:
      'Jo Lind of Lind IT (jo@lind-it.example, +1.3035550199) takes over as technical contact of old-mill-inn.com and slow-river.co.uk; the address stays. While you are there, see that both are locked against transfer.',
    wanted: [
      {
        changes: [
          contact('old-mill-inn.com', 'technical', jo),
          contact('slow-river.co.uk', 'technical', jo),
          locked('old-mill-inn.com'),
        ],
      },
    ],
    async solution({ call }) {
      for (const domain_name of ['old-mill-inn.com', 'slow-river.co.uk'])
        await call('domain_update_contacts', { domain_name, contacts: [{ type: ['technical'], ...jo }] });
      return (await call('domain_lock', { domain_name: 'old-mill-inn.com' })).text;
    },
  },
];
