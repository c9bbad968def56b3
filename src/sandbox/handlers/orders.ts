import { wireTime, yearsOn } from '../clock.ts';
import { held, isTaken, privacyUntil, register } from '../domains.ts';
import { array, type Call, column, decimal, type Handler, integer, record, text } from '../handler.ts';
import { backorderPrice, offer, privacyRenewal, tldOf } from '../market.ts';
import type { Json } from '../php-json.ts';
import { codes, fail, Refusal } from '../refusal.ts';
import type { Row } from '../store.ts';

type Given = Readonly<Record<string, unknown>>;

/** What one line of an order does, and what it costs in cents for its whole term. */
interface Sale {
  readonly orderType: string;
  readonly name: string;
  readonly years: number;
  sell(): number;
}

export const order: Handler = call => {
  const items = (array(call.body, 'items') ?? fail(203, 'items')).map(record);
  if (items.length === 0) fail(203, 'items');
  const sales = items.flatMap(item => salesOf(call, item).map(sale => ({ ...sale, item })));
  // Plain items in request order, then the privacy that flags asked for, then backorders: as the document's example has it.
  const inOrder = [0, 1, 2].flatMap(rank => sales.filter(sale => sale.rank === rank));
  const failed = new Set<Given>();
  const done = inOrder.map(({ sale, item }) => {
    const outcome = failed.has(item) ? refused(sale, codes[240]) : attempt(call, sale);
    if (!outcome.charged) failed.add(item);
    return outcome;
  });
  charge(
    call,
    done.flatMap(({ charged }) => charged ?? []),
  );
  return { results: done.map(({ result }) => result) };
};

export const domain_create: Handler = call => {
  const years = integer(call.body, 'period', 1, 10);
  const cents = register(call, call.body, years);
  charge(call, [{ orderType: 'domain/create', name: text(call.body, 'domain_name').toLowerCase(), cents }]);
  return {};
};

interface Charge {
  readonly orderType: string;
  readonly name: string;
  readonly cents: number;
}

function charge({ db, account, now }: Call, charges: readonly Charge[]): void {
  const sum = charges.reduce((all, { cents }) => all + cents, 0);
  const credit = Number(db.one('SELECT credit FROM accounts WHERE username = ?', account.username)?.credit ?? 0);
  if (sum > credit) fail(260);
  db.run('UPDATE accounts SET credit = credit - ? WHERE username = ?', sum, account.username);
  for (const { orderType, name, cents } of charges) {
    db.run(
      'INSERT INTO charges (username, at, order_type, domain_name, cents) VALUES (?, ?, ?, ?, ?)',
      account.username,
      wireTime(now),
      orderType,
      name,
      cents,
    );
  }
}

function attempt({ db }: Call, sale: Sale): { result: Json; charged?: Charge } {
  db.script('SAVEPOINT item');
  try {
    const cents = sale.sell();
    db.script('RELEASE item');
    const term =
      sale.orderType === 'backorder/create' ? { period: String(sale.years) } : { duration: String(sale.years) };
    return {
      result: { success: true, ...named(sale), price: decimal(cents), ...term, interval: 'year' },
      charged: { orderType: sale.orderType, name: sale.name, cents },
    };
  } catch (error) {
    db.script('ROLLBACK TO item; RELEASE item');
    if (!(error instanceof Refusal)) throw error;
    return refused(sale, error.message);
  }
}

function refused(sale: Sale, why: string): { result: Json; charged?: Charge } {
  return { result: { success: false, ...named(sale), information: [why] } };
}

/** What every result begins with; renewals come back under another name. */
function named({ orderType, name }: Sale): { order_type: string; domain_name: string } {
  return { order_type: orderType.replace(/\/renew$/, '/renewal'), domain_name: name };
}

function salesOf(call: Call, item: Given): { rank: 0 | 1 | 2; sale: Sale }[] {
  const orderType = text(item, 'order_type');
  const name = text(item, 'domain_name').toLowerCase();
  const years = orderType === 'backorder/create' ? 1 : integer(item, 'period', 1, 10);
  const plain = (sell: () => number, rank: 0 | 2 = 0) => ({ rank, sale: { orderType, name, years, sell } });
  switch (orderType) {
    case 'domain/create':
      return [plain(() => register(call, item, years)), ...privacyFlag(call, item, name, years)];
    case 'domain/renew':
      return [plain(() => renew(call, name, years)), ...privacyFlag(call, item, name, years)];
    case 'whois_privacy/create':
      return [plain(() => addPrivacy(call, name, years))];
    case 'whois_privacy/renew':
      return [plain(() => renewPrivacy(call, name, years))];
    case 'backorder/create':
      return [plain(() => backorder(call, name), 2)];
    default:
      return fail(204, 'order type');
  }
}

/** `whois_privacy: 1` buys privacy, or renews it where the domain has it. */
function privacyFlag(call: Call, item: Given, name: string, years: number): { rank: 1; sale: Sale }[] {
  if (item.whois_privacy !== 1 && item.whois_privacy !== '1' && item.whois_privacy !== true) return [];
  const row = call.db.one('SELECT * FROM domains WHERE domain_name = ? AND username = ?', name, call.account.username);
  const active = row !== undefined && privacyUntil(row, call.now) !== undefined;
  const sell = () => (active ? renewPrivacy(call, name, years) : addPrivacy(call, name, years));
  return [{ rank: 1, sale: { orderType: active ? 'whois_privacy/renew' : 'whois_privacy/create', name, years, sell } }];
}

/** Registries sell at most so many years at once, and none further ahead than ten. */
function renew(call: Call, name: string, years: number): number {
  const domain = held(call, name);
  const tld = tldOf(name) ?? fail(204, 'domain name');
  const expires = yearsOn(column(domain, 'expire_date'), years);
  if (years > tld.terms[1] || expires > yearsOn(wireTime(call.now), 10)) fail(204, 'period');
  call.db.run('UPDATE domains SET expire_date = ? WHERE domain_name = ?', expires, name);
  return tld.renew * years;
}

function addPrivacy(call: Call, name: string, years: number): number {
  const price = sellablePrivacy(name);
  if (privacyUntil(held(call, name), call.now) !== undefined) fail(204, 'whois privacy is already enabled');
  setPrivacy(call, name, wireTime(call.now), years);
  return price * years;
}

function renewPrivacy(call: Call, name: string, years: number): number {
  sellablePrivacy(name);
  setPrivacy(call, name, activePrivacy(held(call, name), call.now), years);
  return privacyRenewal * years;
}

function setPrivacy({ db, now }: Call, name: string, from: string, years: number): void {
  const until = yearsOn(from, years);
  if (until > yearsOn(wireTime(now), 10)) fail(204, 'period');
  db.run('UPDATE domains SET privacy_expire = ? WHERE domain_name = ?', until, name);
}

function activePrivacy(domain: Row, now: Date): string {
  return privacyUntil(domain, now) ?? fail(204, 'whois privacy is not enabled');
}

function sellablePrivacy(name: string): number {
  return tldOf(name)?.privacy ?? fail(204, 'whois privacy is not available for this tld');
}

function backorder({ db }: Call, name: string): number {
  if (offer(name)?.state !== 'backorder' || isTaken(db, name)) fail(204, 'domain name cannot be backordered');
  return backorderPrice;
}
