import type { Step } from './database.ts';
import { origin } from './journal.ts';

/**
 * Steps of the ledger's schema; a later version appends. Money in cents, times as ISO 8601 in UTC. Before the fourth there
 * was only SQLite.
 */
export const migrations: readonly Step[] = [
  {
    sqlite: `
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
CREATE TABLE redeemed (nonce TEXT PRIMARY KEY, expires INTEGER NOT NULL) STRICT;`,
    postgres: '',
  },
  {
    sqlite: `
DROP TABLE redeemed;
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
    postgres: '',
  },
  {
    sqlite: `
CREATE TABLE under_way (
  account TEXT NOT NULL, domain_name TEXT NOT NULL, entry INTEGER NOT NULL, owner TEXT NOT NULL, until TEXT NOT NULL,
  PRIMARY KEY (account, domain_name)
) STRICT;
ALTER TABLE purchases ADD COLUMN caller TEXT NOT NULL DEFAULT '';
CREATE TABLE tokens (
  hash TEXT PRIMARY KEY, name TEXT NOT NULL, words TEXT NOT NULL, names TEXT NOT NULL, per_day INTEGER,
  human INTEGER NOT NULL, created TEXT NOT NULL, expires TEXT, revoked TEXT
) STRICT;
CREATE UNIQUE INDEX token_names ON tokens (name) WHERE revoked IS NULL;`,
    postgres: '',
  },
  {
    sqlite: `
DROP TRIGGER journal_kept; DROP TRIGGER journal_fixed; DROP INDEX journal_of; DROP INDEX journal_account;
ALTER TABLE journal RENAME TO journal_before;
CREATE TABLE journal (
  entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, of INTEGER, account TEXT, tool TEXT, body TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
INSERT INTO journal SELECT entry, kind, of, account, tool, body, hash FROM journal_before;
CREATE TABLE head (entry INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO head VALUES (
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal_before'), 0),
  coalesce((SELECT hash FROM journal ORDER BY entry DESC LIMIT 1), '${origin}')
);
DROP TABLE journal_before;
CREATE INDEX journal_of ON journal (of) WHERE of IS NOT NULL;
CREATE INDEX journal_account ON journal (account, entry) WHERE account IS NOT NULL;
CREATE TRIGGER journal_kept BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
CREATE TRIGGER journal_fixed BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
ALTER TABLE secrets RENAME TO secrets_before;
CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
INSERT INTO secrets SELECT name, lower(hex(value)) FROM secrets_before;
DROP TABLE secrets_before;
CREATE INDEX purchases_caller ON purchases (caller, at);`,
    // Texts are compared byte by byte, as SQLite does: times in them sort as times.
    postgres: `
CREATE DOMAIN words AS TEXT COLLATE "C";
CREATE TABLE committed (id UUID PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now());
CREATE INDEX committed_at ON committed (at);
CREATE TABLE secrets (name words PRIMARY KEY, value words NOT NULL);
CREATE TABLE journal (
  entry BIGINT PRIMARY KEY, kind words NOT NULL, of BIGINT, account words, tool words, body words NOT NULL, hash words NOT NULL
);
CREATE INDEX journal_of ON journal (of) WHERE of IS NOT NULL;
CREATE INDEX journal_account ON journal (account, entry) WHERE account IS NOT NULL;
CREATE FUNCTION journal_only_grows() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the journal only grows'; END $$;
CREATE TRIGGER journal_kept BEFORE DELETE OR UPDATE OR TRUNCATE ON journal EXECUTE FUNCTION journal_only_grows();
CREATE TABLE head (entry BIGINT NOT NULL, hash words NOT NULL);
INSERT INTO head VALUES (0, '${origin}');
CREATE TABLE redeemed (nonce words PRIMARY KEY, expires words NOT NULL, entry BIGINT NOT NULL);
CREATE TABLE purchases (
  entry BIGINT PRIMARY KEY, account words NOT NULL, tool words NOT NULL, at words NOT NULL, state words NOT NULL,
  reserved BIGINT NOT NULL, charged BIGINT, lines words NOT NULL, credit BIGINT NOT NULL, planned words NOT NULL,
  owner words NOT NULL, until words NOT NULL, ended words, caller words NOT NULL
);
CREATE INDEX purchases_open ON purchases (account) WHERE state <> 'settled';
CREATE INDEX purchases_at ON purchases (account, at);
CREATE INDEX purchases_caller ON purchases (caller, at);
CREATE TABLE approvals (
  id words PRIMARY KEY, account words NOT NULL, at words NOT NULL, expires words NOT NULL, request words NOT NULL,
  state words NOT NULL, by words, coded BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE wrong_codes (at words NOT NULL);
CREATE TABLE under_way (
  account words NOT NULL, domain_name words NOT NULL, entry BIGINT NOT NULL, owner words NOT NULL, until words NOT NULL,
  PRIMARY KEY (account, domain_name)
);
CREATE TABLE tokens (
  hash words PRIMARY KEY, name words NOT NULL, words words NOT NULL, names words NOT NULL, per_day BIGINT,
  human BIGINT NOT NULL, created words NOT NULL, expires words, revoked words
);
CREATE UNIQUE INDEX token_names ON tokens (name) WHERE revoked IS NULL;
CREATE TABLE turns (account words NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (account, number));
CREATE FUNCTION take_turn(whose TEXT, per_second BIGINT, per_hour BIGINT, margin BIGINT, patience BIGINT) RETURNS BIGINT
LANGUAGE plpgsql AS $$
DECLARE
  moment BIGINT;
  last turns;
  slot BIGINT;
BEGIN
  PERFORM pg_advisory_xact_lock(7294022, hashtext(whose));
  moment := floor(extract(epoch FROM clock_timestamp()) * 1000);
  SELECT * INTO last FROM turns WHERE account = whose ORDER BY number DESC LIMIT 1;
  last.number := coalesce(last.number, 0);
  slot := greatest(
    moment,
    last.at,
    (SELECT at + 1000 + margin FROM turns WHERE account = whose AND number = last.number + 1 - per_second),
    (SELECT at + 3600000 + margin FROM turns WHERE account = whose AND number = last.number + 1 - per_hour)
  );
  IF slot - moment > patience THEN
    RETURN NULL;
  END IF;
  INSERT INTO turns VALUES (whose, last.number + 1, slot);
  DELETE FROM turns WHERE account = whose AND number <= last.number + 1 - greatest(per_second, per_hour);
  RETURN slot - moment;
END $$;`,
  },
];
