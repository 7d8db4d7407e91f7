/**
 * The tables of this folder: what takes a database from each version to the next. An entry that was ever run somewhere stays as it is, since it is not run
 * there again; whatever changes is a new one at the end.
 */
export const TABLE_VERSIONS: readonly string[] = [
  `
  CREATE TABLE channel_pairs (
    role TEXT NOT NULL, counterparty TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (role, counterparty)
  ) STRICT, WITHOUT ROWID;

  -- Every channel that was ever known: salts are never used twice, and an id that was seen closed is refused.
  CREATE TABLE channel_ids (
    role TEXT NOT NULL, channel_id TEXT NOT NULL, counterparty TEXT NOT NULL, salt TEXT NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (role, channel_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE channel_downloads (download_id TEXT PRIMARY KEY, budget TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE channel_shares (
    download_id TEXT NOT NULL, payee TEXT NOT NULL, signed TEXT NOT NULL, verified TEXT NOT NULL,
    vouchers INTEGER NOT NULL, owing INTEGER NOT NULL,
    PRIMARY KEY (download_id, payee)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX channel_shares_owing ON channel_shares (payee) WHERE owing = 1;

  -- A chunk is paid to one source, once, within a download.
  CREATE TABLE channel_verified (
    download_id TEXT NOT NULL, file_hash TEXT NOT NULL, chunk_index INTEGER NOT NULL,
    payee TEXT NOT NULL, price TEXT NOT NULL,
    PRIMARY KEY (download_id, file_hash, chunk_index)
  ) STRICT, WITHOUT ROWID;

  -- Gas set aside for a transaction whose cost is not known yet.
  CREATE TABLE channel_gas (
    key TEXT PRIMARY KEY, download_id TEXT NOT NULL, reserved TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The chunks in D. number grows with each commit, so the newest are found first.
  CREATE TABLE channel_deliveries (
    payer TEXT NOT NULL, file_hash TEXT NOT NULL, chunk_index INTEGER NOT NULL,
    price TEXT NOT NULL, resends INTEGER NOT NULL, resent_at INTEGER NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (payer, file_hash, chunk_index)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX channel_deliveries_number ON channel_deliveries (payer, number);

  CREATE TABLE channel_totals (name TEXT PRIMARY KEY, amount TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE channel_cursors (name TEXT PRIMARY KEY, block INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `ALTER TABLE channel_cursors ADD COLUMN anchor TEXT`,
  `
  CREATE TABLE receipts (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, role TEXT NOT NULL, peer TEXT NOT NULL,
    peer_id TEXT, channel_id TEXT NOT NULL, block_number INTEGER, undoes INTEGER, fields TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE INDEX receipts_channels ON receipts (channel_id);
  CREATE INDEX receipts_blocks ON receipts (block_number) WHERE block_number IS NOT NULL;
  CREATE UNIQUE INDEX receipts_undone ON receipts (undoes) WHERE undoes IS NOT NULL;
  -- Append only, whoever writes. REPLACE removes a row without asking a DELETE trigger, so what is inserted must be the next.
  CREATE TRIGGER receipts_inserted BEFORE INSERT ON receipts
    WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM receipts)
    BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
  CREATE TRIGGER receipts_updated BEFORE UPDATE ON receipts
    BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
  CREATE TRIGGER receipts_deleted BEFORE DELETE ON receipts
    BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
  CREATE TABLE receipt_marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- Under which peer id an account was last seen.
  CREATE TABLE channel_peers (
    role TEXT NOT NULL, counterparty TEXT NOT NULL, peer_id TEXT NOT NULL, PRIMARY KEY (role, counterparty)
  ) STRICT, WITHOUT ROWID;

  -- The number that a chunk was committed under; to send it again changes number alone.
  ALTER TABLE channel_deliveries ADD COLUMN sold INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Payments without a channel, by this wallet and to it: each counts once. transfers/transfer-store.ts reads and writes them.
  CREATE TABLE transfers_sent (
    number INTEGER PRIMARY KEY, transfer_id TEXT NOT NULL UNIQUE, payee TEXT NOT NULL, download_id TEXT NOT NULL,
    file_hash TEXT NOT NULL, amount TEXT NOT NULL, confirmations INTEGER NOT NULL, phase TEXT NOT NULL,
    transaction_hash TEXT
  ) STRICT;
  CREATE INDEX transfers_sent_to ON transfers_sent (payee, phase);
  CREATE TABLE transfers_counted (
    transaction_hash TEXT PRIMARY KEY, payer TEXT NOT NULL, file_hash TEXT NOT NULL, amount TEXT NOT NULL,
    block_number INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Transfers of one batch leave in one transaction. chunks: hex of the bitfield of those that the amount pays for.
  ALTER TABLE transfers_sent ADD COLUMN batch_id TEXT;
  ALTER TABLE transfers_sent ADD COLUMN chunks TEXT;
  ALTER TABLE transfers_sent ADD COLUMN protocol TEXT;
  CREATE INDEX transfers_sent_batches ON transfers_sent (batch_id) WHERE batch_id IS NOT NULL;

  -- From whom a download buys on credit. batches/batch-store.ts reads and writes them.
  CREATE TABLE batch_debtors (
    download_id TEXT NOT NULL, payee TEXT NOT NULL, file_hash TEXT NOT NULL, chunk_count INTEGER NOT NULL,
    confirmations INTEGER NOT NULL, protocol TEXT, refused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (payee, download_id)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Coin locked for a file. escrow/escrow-store.ts reads and writes these.
  CREATE TABLE escrow_allocations (
    allocation_id TEXT PRIMARY KEY, payer TEXT NOT NULL, file_hash TEXT NOT NULL, salt TEXT NOT NULL, seeder TEXT NOT NULL,
    protocol TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX escrow_allocations_of ON escrow_allocations (payer, file_hash, salt);
  CREATE TABLE escrows (
    number INTEGER PRIMARY KEY, escrow_id TEXT NOT NULL UNIQUE, download_id TEXT NOT NULL, payer TEXT NOT NULL,
    file_hash TEXT NOT NULL, salt TEXT NOT NULL, deadline INTEGER NOT NULL, chunks INTEGER NOT NULL, phase TEXT NOT NULL
  ) STRICT;
  CREATE INDEX escrows_of ON escrows (download_id);
  CREATE TABLE escrow_moves (
    escrow_id TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, allocations TEXT NOT NULL,
    phase TEXT NOT NULL, PRIMARY KEY (escrow_id, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE escrow_releases (
    escrow_id TEXT NOT NULL, seeder TEXT NOT NULL, allocated TEXT NOT NULL, nonce TEXT NOT NULL, signature TEXT NOT NULL,
    PRIMARY KEY (escrow_id, seeder)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Prices that payees signed for this wallet. quotes.ts writes them, receipts/quote-facts.ts takes them into the log.
  CREATE TABLE channel_quotes (
    payee TEXT NOT NULL, file_hash TEXT NOT NULL, quote_id INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    price TEXT NOT NULL, signature TEXT NOT NULL, logged INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (payee, file_hash, quote_id, expires_at)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Whose coin it is: the log of receipts names the contract that a receipt was signed for.
  ALTER TABLE escrow_allocations ADD COLUMN contract TEXT;
  `,
  `
  -- A chunk is paid to one source, once, within a download, as long as its bytes are here. What was lost since and is bought again is
  -- another purchase: from another payee a row of its own, from the same one more of the price.
  CREATE TABLE channel_purchases (
    download_id TEXT NOT NULL, file_hash TEXT NOT NULL, chunk_index INTEGER NOT NULL,
    payee TEXT NOT NULL, price TEXT NOT NULL,
    PRIMARY KEY (download_id, file_hash, chunk_index, payee)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO channel_purchases SELECT * FROM channel_verified;
  DROP TABLE channel_verified;
  ALTER TABLE channel_purchases RENAME TO channel_verified;
  `,
  `
  -- Accounts, files and downloads, by the number that stands for them in rows of chunks: such a row has a third of the bytes then (docs/adr/0083-names-as-numbers.md).
  CREATE TABLE channel_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  INSERT INTO channel_names (name)
    SELECT payer FROM channel_deliveries UNION SELECT file_hash FROM channel_deliveries UNION
    SELECT download_id FROM channel_verified UNION SELECT file_hash FROM channel_verified UNION SELECT payee FROM channel_verified;

  CREATE TABLE channel_delivery_rows (
    payer INTEGER NOT NULL, file INTEGER NOT NULL, chunk_index INTEGER NOT NULL,
    price TEXT NOT NULL, resends INTEGER NOT NULL, resent_at INTEGER NOT NULL, number INTEGER NOT NULL, sold INTEGER NOT NULL,
    PRIMARY KEY (payer, file, chunk_index)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO channel_delivery_rows SELECT p.id, f.id, chunk_index, price, resends, resent_at, number, sold
    FROM channel_deliveries JOIN channel_names AS p ON p.name = payer JOIN channel_names AS f ON f.name = file_hash;
  CREATE UNIQUE INDEX channel_delivery_rows_number ON channel_delivery_rows (payer, number);
  DROP TABLE channel_deliveries;

  CREATE TABLE channel_verified_rows (
    download INTEGER NOT NULL, file INTEGER NOT NULL, chunk_index INTEGER NOT NULL, payee INTEGER NOT NULL, price TEXT NOT NULL,
    PRIMARY KEY (download, file, chunk_index, payee)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO channel_verified_rows SELECT d.id, f.id, chunk_index, y.id, price
    FROM channel_verified JOIN channel_names AS d ON d.name = download_id JOIN channel_names AS f ON f.name = file_hash
    JOIN channel_names AS y ON y.name = payee;
  DROP TABLE channel_verified;

  -- The same with their names, for whoever is in no hurry.
  CREATE VIEW channel_deliveries AS
    SELECT p.name AS payer, f.name AS file_hash, chunk_index, price, resends, resent_at, number, sold
    FROM channel_delivery_rows JOIN channel_names AS p ON p.id = channel_delivery_rows.payer JOIN channel_names AS f ON f.id = file;
  CREATE VIEW channel_verified AS
    SELECT d.name AS download_id, f.name AS file_hash, chunk_index, y.name AS payee, price
    FROM channel_verified_rows JOIN channel_names AS d ON d.id = download JOIN channel_names AS f ON f.id = file
    JOIN channel_names AS y ON y.id = channel_verified_rows.payee;
  `,
]
