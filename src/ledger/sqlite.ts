import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { usd } from '../model/money.ts';
import { timestamp } from '../model/timestamp.ts';
import { privateFile } from '../private-file.ts';
import { type Approval, wrongCodes } from './approvals.ts';
import { isFor, Lines, overBudget, overOwn, type Purchase, type Spending } from './budget.ts';
import { type Act, actOf, chained, Entry, origin, Requested } from './journal.ts';
import type { Beginning, Ledger } from './ledger.ts';
import { type Token, Words } from './tokens.ts';

/** Steps of the ledger's schema; a later version appends. Money in cents, times as ISO 8601 in UTC. */
const migrations = [
  `CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
   CREATE TABLE redeemed (nonce TEXT PRIMARY KEY, expires INTEGER NOT NULL) STRICT;`,
  `DROP TABLE redeemed;
   CREATE TABLE journal (
     entry INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, hash TEXT NOT NULL,
     kind TEXT AS (json_extract(body, '$.kind')), of INTEGER AS (json_extract(body, '$.of')),
     account TEXT AS (json_extract(body, '$.account')), tool TEXT AS (json_extract(body, '$.tool'))
   ) STRICT;
   CREATE INDEX journal_of ON journal (of) WHERE of IS NOT NULL;
   CREATE INDEX journal_account ON journal (account, entry) WHERE account IS NOT NULL;
   CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
   CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
   CREATE TABLE redeemed (nonce TEXT PRIMARY KEY, expires TEXT NOT NULL, entry INTEGER NOT NULL) STRICT;
   CREATE TABLE purchases (
     entry INTEGER PRIMARY KEY, account TEXT NOT NULL, tool TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,
     reserved INTEGER NOT NULL, charged INTEGER, lines TEXT NOT NULL, credit INTEGER NOT NULL,
     planned TEXT NOT NULL, owner TEXT NOT NULL, until TEXT NOT NULL, ended TEXT
   ) STRICT;
   CREATE INDEX purchases_open ON purchases (account) WHERE state <> 'settled';
   CREATE INDEX purchases_at ON purchases (account, at);
   CREATE TABLE approvals (
     id TEXT PRIMARY KEY, account TEXT NOT NULL, at TEXT NOT NULL, expires TEXT NOT NULL, request TEXT NOT NULL,
     state TEXT NOT NULL, by TEXT, coded INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE wrong_codes (at TEXT NOT NULL) STRICT;`,
  `CREATE TABLE under_way (
     account TEXT NOT NULL, domain_name TEXT NOT NULL, entry INTEGER NOT NULL, owner TEXT NOT NULL, until TEXT NOT NULL,
     PRIMARY KEY (account, domain_name)
   ) STRICT;
   ALTER TABLE purchases ADD COLUMN caller TEXT NOT NULL DEFAULT '';
   CREATE TABLE tokens (
     hash TEXT PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL, names TEXT NOT NULL, per_day INTEGER,
     human INTEGER NOT NULL, created TEXT NOT NULL, expires TEXT, revoked TEXT
   ) STRICT;
   CREATE UNIQUE INDEX token_names ON tokens (name) WHERE revoked IS NULL;`,
];

const day = 86_400_000;

const Row = {
  entry: z.object({ entry: z.int() }),
  body: z.object({ entry: z.int(), body: z.string() }),
  link: z.object({ entry: z.int(), body: z.string(), hash: z.string() }),
  underWay: z.object({ entry: z.int(), owner: z.string(), until: z.string() }),
  spending: z.object({ charged: z.int(), reserved: z.int(), unknown: z.int() }),
  purchase: z
    .object({
      entry: z.int(),
      tool: z.string(),
      at: z.string(),
      state: z.enum(['reserved', 'unknown', 'settled']),
      reserved: z.int().transform(usd),
      charged: z
        .int()
        .nullable()
        .transform(cents => (cents === null ? undefined : usd(cents))),
      lines: z.string().transform(text => Lines.parse(JSON.parse(text))),
      credit: z.int().transform(usd),
      owner: z.string(),
      until: z.string(),
      ended: z
        .string()
        .nullable()
        .transform(at => at ?? undefined),
    })
    .transform((purchase): Purchase => purchase),
  token: z
    .object({
      name: z.string(),
      hash: z.string(),
      words: z.string().transform(text => Words.parse(JSON.parse(text))),
      names: z.string().transform(text => z.array(z.string()).parse(JSON.parse(text))),
      per_day: z.int().nullable(),
      human: z.int().transform(Boolean),
      created: z.string(),
      expires: z.string().nullable(),
    })
    .transform(
      ({ per_day, expires, ...token }): Token => ({
        ...token,
        perDay: per_day === null ? undefined : usd(per_day),
        expires: expires ?? undefined,
      }),
    ),
  approval: z
    .object({
      id: z.string(),
      at: z.string(),
      expires: z.string(),
      request: z.string().transform(text => Requested.parse(JSON.parse(text))),
      state: z.enum(['waiting', 'approved', 'refused']),
      coded: z.int().transform(Boolean),
      by: z
        .string()
        .nullable()
        .transform(by => by ?? undefined),
    })
    .transform((approval): Approval => approval),
};

/**
 * Opens the ledger in a state directory (0700, its files 0600). Processes that share the directory share the ledger:
 * what one has reserved or redeemed, no other does again. Throws where the directory cannot be written.
 */
export function openLedger(directory: string): Ledger {
  const database = new DatabaseSync(privateFile(directory, 'ledger.sqlite'), { timeout: 5_000 });
  const key = prepared(database);
  const sql = {
    last: database.prepare('SELECT hash FROM journal ORDER BY entry DESC LIMIT 1'),
    written: database.prepare("SELECT seq AS entry FROM sqlite_sequence WHERE name = 'journal'"),
    append: database.prepare('INSERT INTO journal (entry, body, hash) VALUES (?, ?, ?)'),
    entry: database.prepare('SELECT entry, body FROM journal WHERE entry = ? AND account = ?'),
    later: database.prepare('SELECT entry, body FROM journal WHERE of = ? ORDER BY entry'),
    newest: database.prepare(
      'SELECT entry, body FROM journal WHERE account = ?1 AND entry < ?2 AND (?3 IS NULL OR tool = ?3) ORDER BY entry DESC LIMIT ?4 OFFSET ?5',
    ),
    chain: database.prepare('SELECT entry, body, hash FROM journal ORDER BY entry'),
    used: database.prepare('SELECT entry FROM redeemed WHERE nonce = ?'),
    redeem: database.prepare('INSERT INTO redeemed (nonce, expires, entry) VALUES (?, ?, ?)'),
    forget: database.prepare('DELETE FROM redeemed WHERE expires < ?'),
    start: database.prepare('INSERT INTO under_way (account, domain_name, entry, owner, until) VALUES (?, ?, ?, ?, ?)'),
    stop: database.prepare('DELETE FROM under_way WHERE entry = ?'),
    renew: database.prepare('UPDATE under_way SET until = ? WHERE entry = ?'),
    busy: database.prepare('SELECT entry FROM under_way WHERE account = ? AND domain_name = ?'),
    underWay: database.prepare('SELECT entry, owner, until FROM under_way WHERE account = ? ORDER BY entry'),
    reserve: database.prepare(
      "INSERT INTO purchases (entry, account, tool, at, state, reserved, lines, credit, planned, owner, until, caller) VALUES (?, ?, ?, ?, 'reserved', ?, ?, ?, ?, ?, ?, ?)",
    ),
    close: database.prepare(
      "UPDATE purchases SET state = ?, charged = ?, ended = coalesce(ended, ?) WHERE entry = ? AND (state <> 'settled' OR ? = 'settled')",
    ),
    orphan: database.prepare(
      "UPDATE purchases SET state = 'unknown', ended = ? WHERE entry = ? AND state = 'reserved'",
    ),
    isOpen: database.prepare("SELECT entry FROM purchases WHERE entry = ? AND state <> 'settled'"),
    open: database.prepare("SELECT * FROM purchases WHERE account = ? AND state <> 'settled' ORDER BY entry"),
    endedSince: database.prepare('SELECT * FROM purchases WHERE account = ? AND ended > ?'),
    since: database.prepare('SELECT * FROM purchases WHERE account = ? AND at > ? ORDER BY entry DESC'),
    others: database.prepare(
      `SELECT other.entry FROM purchases AS other, purchases AS own
       WHERE own.entry = ? AND other.account = ? AND other.entry <> own.entry AND (other.state <> 'settled' OR other.ended >= own.planned)
       LIMIT 1`,
    ),
    spending: database.prepare(
      `SELECT coalesce(sum(CASE WHEN state = 'settled' AND at >= ?1 AND at < ?2 THEN charged END), 0) AS charged,
              coalesce(sum(CASE WHEN state = 'reserved' THEN reserved END), 0) AS reserved,
              coalesce(sum(CASE WHEN state = 'unknown' THEN reserved END), 0) AS unknown
       FROM purchases WHERE account = ?3 AND (?4 IS NULL OR caller = ?4) AND (state <> 'settled' OR at >= ?1)`,
    ),
    addToken: database.prepare(
      'INSERT INTO tokens (name, hash, words, names, per_day, human, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    tokens: database.prepare('SELECT * FROM tokens WHERE revoked IS NULL ORDER BY name'),
    tokenOf: database.prepare(
      'SELECT * FROM tokens WHERE hash = ? AND revoked IS NULL AND (expires IS NULL OR expires > ?)',
    ),
    revokeToken: database.prepare('UPDATE tokens SET revoked = ? WHERE name = ? AND revoked IS NULL'),
    anyToken: database.prepare('SELECT name FROM tokens LIMIT 1'),
    addApproval: database.prepare(
      "INSERT INTO approvals (id, account, at, expires, request, state) VALUES (?, ?, ?, ?, ?, 'waiting')",
    ),
    dropApprovals: database.prepare('DELETE FROM approvals WHERE expires < ?'),
    approval: database.prepare('SELECT * FROM approvals WHERE id = ?'),
    waiting: database.prepare(
      "SELECT * FROM approvals WHERE account = ? AND state = 'waiting' AND expires > ? ORDER BY at, id",
    ),
    decide: database.prepare(
      "UPDATE approvals SET state = ?, by = ?, coded = ? WHERE id = ? AND state = 'waiting' AND expires > ?",
    ),
    wrongCode: database.prepare('INSERT INTO wrong_codes (at) VALUES (?)'),
    wrongCodes: database.prepare('SELECT count(*) AS entry FROM wrong_codes WHERE at > ?'),
  };

  /** All or nothing, and alone: other processes wait. */
  function transaction<T>(work: () => T): T {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // A disk that is full has rolled back already.
      }
      throw error;
    }
  }

  function append(entry: Entry): number {
    const number = (Row.entry.optional().parse(sql.written.get())?.entry ?? 0) + 1;
    const last = z.object({ hash: z.string() }).optional().parse(sql.last.get());
    const body = JSON.stringify(z.encode(Entry, entry));
    sql.append.run(number, body, chained(last?.hash ?? origin, { entry: number, body }));
    return number;
  }

  function spending(account: string, date: string, caller: string | null): Spending {
    const next = new Date(Date.parse(date) + day).toISOString().slice(0, 10);
    const { charged, reserved, unknown } = Row.spending.parse(sql.spending.get(date, next, account, caller));
    return { charged: usd(charged), reserved: usd(reserved), unknown: usd(unknown) };
  }

  function openPurchases(account: string): Purchase[] {
    return z.array(Row.purchase).parse(sql.open.all(account));
  }

  function admit({ begun, nonce, steps, purchase }: Beginning) {
    if (nonce && sql.used.get(nonce.value) !== undefined) return { refused: 'used' } as const;
    const { subject } = begun;
    const zone = steps?.domain_name ?? (subject?.kind === 'records' ? subject.domain_name : undefined);
    const busy = zone && Row.entry.optional().parse(sql.busy.get(begun.account, zone));
    if (busy) return { refused: 'busy', ...busy } as const;
    if (purchase) {
      const recent = z.array(Row.purchase).parse(sql.endedSince.all(begun.account, purchase.plannedAt));
      const by = [...openPurchases(begun.account), ...recent].find(other => isFor(other, begun.names));
      if (by) return { refused: 'open', by } as const;
      const { cost, limits, callerPerDay } = purchase;
      const date = begun.at.slice(0, 10);
      const over =
        overBudget(cost, limits, spending(begun.account, date, null)) ??
        overOwn(cost, callerPerDay, spending(begun.account, date, begun.caller));
      if (over) return { refused: 'over_budget', ...over } as const;
    }
    const entry = append({ ...begun, kind: 'begun' });
    if (nonce) {
      sql.forget.run(timestamp(new Date(Date.parse(begun.at) - day)));
      sql.redeem.run(nonce.value, nonce.expires, entry);
    }
    if (steps) sql.start.run(begun.account, steps.domain_name, entry, steps.owner, steps.until);
    if (purchase) {
      const { cost, lines, credit, plannedAt, owner, until } = purchase;
      const sold = JSON.stringify(z.encode(Lines, [...lines]));
      sql.reserve.run(
        entry,
        begun.account,
        begun.tool,
        begun.at,
        cost.cents,
        sold,
        credit.cents,
        plannedAt,
        owner,
        until,
        begun.caller,
      );
    }
    return { entry };
  }

  function actFrom(row: unknown): Act | undefined {
    const first = Row.body.optional().parse(row);
    if (!first) return undefined;
    const later = z.array(Row.body).parse(sql.later.all(first.entry));
    return actOf(
      first.entry,
      parseEntry(first.body),
      later.map(({ body }) => parseEntry(body)),
    );
  }

  return {
    key,
    usedBy: async nonce => Row.entry.optional().parse(sql.used.get(nonce))?.entry,
    begin: async beginning => transaction(() => admit(beginning)),
    end: async (entry, ending) =>
      transaction(() => {
        append({ ...ending, kind: 'ended', of: entry });
        sql.stop.run(entry);
        const state = ending.outcome === 'unknown' ? 'unknown' : 'settled';
        const { cents } = ending.charged ?? usd(0);
        sql.close.run(state, state === 'settled' ? cents : null, ending.at, entry, state);
      }),
    settle: async (entry, settling) =>
      transaction(() => {
        if (!sql.isOpen.get(entry)) return false;
        append({ ...settling, kind: 'settled', of: entry });
        sql.close.run('settled', settling.charged.cents, settling.at, entry, 'settled');
        return true;
      }),
    orphan: async (entry, at) => transaction(() => void sql.orphan.run(at, entry)),

    underWay: async account =>
      z
        .array(Row.underWay)
        .parse(sql.underWay.all(account))
        .flatMap(({ entry, ...rest }) =>
          [actFrom(sql.entry.get(entry, account))].filter(act => act !== undefined).map(act => ({ act, ...rest })),
        ),
    renew: async (entry, until) => sql.renew.run(until, entry).changes > 0,
    endCut: async (entry, ending) =>
      transaction(() => {
        if (sql.stop.run(entry).changes === 0) return false;
        append({ ...ending, kind: 'ended', of: entry });
        return true;
      }),

    openPurchases: async account => openPurchases(account),
    purchasesSince: async (account, at) => z.array(Row.purchase).parse(sql.since.all(account, at)),
    alone: async (account, entry) => sql.others.get(entry, account) === undefined,
    spending: async (account, date, caller) => spending(account, date, caller ?? null),

    addToken: async ({ name, hash, words, names, perDay, human, created, expires }) =>
      sql.addToken.run(
        name,
        hash,
        JSON.stringify(words),
        JSON.stringify(names),
        perDay?.cents ?? null,
        Number(human),
        created,
        expires ?? null,
      ).changes > 0,
    tokens: async () => z.array(Row.token).parse(sql.tokens.all()),
    tokenOf: async (hash, now) => Row.token.optional().parse(sql.tokenOf.get(hash, now)),
    revokeToken: async (name, at) => sql.revokeToken.run(at, name).changes > 0,
    everMadeTokens: async () => sql.anyToken.get() !== undefined,

    act: async (account, entry) => actFrom(sql.entry.get(entry, account)),
    async acts({ account, before = Number.MAX_SAFE_INTEGER, limit, since = '', domain_name, tool, outcome }) {
      const found: Act[] = [];
      for (let offset = 0; found.length < limit; offset += limit) {
        const rows = sql.newest.all(account, before, tool ?? null, limit, offset);
        for (const act of rows.map(actFrom).filter(known => known !== undefined)) {
          if (act.at < since) return found.slice(0, limit);
          if (domain_name !== undefined && !act.names.includes(domain_name)) continue;
          if (outcome === undefined || act.outcome === outcome) found.push(act);
        }
        if (rows.length < limit) break;
      }
      return found.slice(0, limit);
    },
    chain: async () =>
      transaction(() => ({
        links: z.array(Row.link).parse(sql.chain.all()),
        written: Row.entry.optional().parse(sql.written.get())?.entry ?? 0,
      })),

    async addApproval({ id, at, expires, request }) {
      transaction(() => {
        sql.dropApprovals.run(timestamp(new Date(Date.parse(at) - day)));
        sql.addApproval.run(id, request.account, at, expires, JSON.stringify(z.encode(Requested, request)));
      });
    },
    approval: async id => Row.approval.optional().parse(sql.approval.get(id)),
    waiting: async (account, now) => z.array(Row.approval).parse(sql.waiting.all(account, now)),
    decide: async (id, { state, by = '', coded }, at) =>
      transaction(() => {
        if (sql.decide.run(state, by, coded ? 1 : 0, id, at).changes !== 1) return false;
        if (state === 'refused')
          append({ ...Row.approval.parse(sql.approval.get(id)).request, kind: 'declined', by, at });
        return true;
      }),
    decline: async (request, nonce, by, at) =>
      transaction(() => {
        if (sql.used.get(nonce.value) !== undefined) return;
        sql.redeem.run(nonce.value, nonce.expires, append({ ...request, kind: 'declined', by, at }));
      }),
    tryCode: async (right, at) =>
      transaction(() => {
        const since = timestamp(new Date(Date.parse(at) - wrongCodes.minutes * 60_000));
        if (Row.entry.parse(sql.wrongCodes.get(since)).entry >= wrongCodes.most) return false;
        if (!right) sql.wrongCode.run(at);
        return true;
      }),

    close: async () => database.close(),
  };
}

function parseEntry(body: string): Entry {
  return Entry.parse(JSON.parse(body));
}

/** Brings the schema up to date, and gives the sealing key. What cannot be used is closed again, with its locks. */
function prepared(database: DatabaseSync): Buffer {
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    migrate(database);
    return sealingKey(database);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The first process makes the key; all read back the one that was kept. */
function sealingKey(database: DatabaseSync): Buffer {
  database
    .prepare("INSERT INTO secrets (name, value) VALUES ('confirm', ?) ON CONFLICT DO NOTHING")
    .run(randomBytes(32));
  const { value } = z
    .object({ value: z.instanceof(Uint8Array) })
    .parse(database.prepare("SELECT value FROM secrets WHERE name = 'confirm'").get());
  return Buffer.from(value);
}

function migrate(database: DatabaseSync): void {
  database.exec('BEGIN IMMEDIATE');
  const { user_version: version } = z
    .object({ user_version: z.int() })
    .parse(database.prepare('PRAGMA user_version').get());
  if (version > migrations.length) throw new Error('the ledger there was written by a newer version of registrar-mcp');
  for (const step of migrations.slice(version)) database.exec(step);
  database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
}
