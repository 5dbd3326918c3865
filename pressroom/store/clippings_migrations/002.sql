-- Rows with the short columns first, so that an id or a time is read without the text; each
-- sealed by a hash of all it says. What search folds is no longer kept beside the text.
CREATE TABLE items_2 (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used again: the index goes up to one
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,          -- hash of title and text, or of the address where text is short
    seal TEXT NOT NULL,             -- hash of every column but seq, id and content
    source TEXT NOT NULL,
    outlet TEXT NOT NULL,
    locale TEXT NOT NULL,
    published TEXT,
    first_seen TEXT NOT NULL,
    evidence_url TEXT NOT NULL,
    evidence_time TEXT NOT NULL,
    evidence_sha256 TEXT NOT NULL,  -- of the raw bytes that were read
    evidence_record TEXT,
    hed TEXT NOT NULL,
    dek TEXT NOT NULL,
    byline TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (outlet, content)        -- one outlet's copy; another's is news of its spread
);

INSERT INTO items_2
SELECT seq, id, url, content,
       seal(url, source, outlet, locale, published, first_seen, evidence_url, evidence_time,
            evidence_sha256, evidence_record, hed, dek, byline, text),
       source, outlet, locale, published, first_seen, evidence_url, evidence_time,
       evidence_sha256, evidence_record, hed, dek, byline, text
FROM items ORDER BY seq;

DROP TABLE items;
ALTER TABLE items_2 RENAME TO items;

CREATE INDEX items_by_time ON items (coalesce(published, first_seen), id);
CREATE INDEX items_by_source ON items (source, coalesce(published, first_seen));
CREATE INDEX items_in_order ON items (seq, coalesce(published, first_seen), id);

-- What a merge set aside: the same address with other words, or the same words elsewhere. Kept
-- whole, so that machines that merge in any order come to the same items.
CREATE TABLE copies (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,               -- shared with the item of the same outlet and address
    url TEXT NOT NULL,
    content TEXT NOT NULL,
    seal TEXT NOT NULL,
    source TEXT NOT NULL,
    outlet TEXT NOT NULL,
    locale TEXT NOT NULL,
    published TEXT,
    first_seen TEXT NOT NULL,
    evidence_url TEXT NOT NULL,
    evidence_time TEXT NOT NULL,
    evidence_sha256 TEXT NOT NULL,
    evidence_record TEXT,
    hed TEXT NOT NULL,
    dek TEXT NOT NULL,
    byline TEXT NOT NULL,
    text TEXT NOT NULL,
    UNIQUE (url, outlet, content)
);

CREATE INDEX copies_by_id ON copies (id);
CREATE INDEX copies_by_content ON copies (outlet, content);

ALTER TABLE memories ADD COLUMN moved TEXT NOT NULL DEFAULT '';
ALTER TABLE memories ADD COLUMN not_before TEXT;
ALTER TABLE memories ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memories ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;

-- How the indexes were made (form), by which table of characters (simplified), and up to which
-- item (indexed); see search.py. Nothing is stated yet: they are filled before the next search.
CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

DROP TABLE words;

-- Tokens as search.py cuts them; rowid is items.seq.
CREATE VIRTUAL TABLE words USING fts5 (
    body, content = '', columnsize = 0, tokenize = 'ascii tokenchars ''+#%&@*$<>=|~'''
);

-- The Han characters of an item, without their places: a tenth of the size of `words`.
CREATE VIRTUAL TABLE chars USING fts5 (
    body, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);

-- Bytes of an index held in memory until written: the default of 1 MB costs a third more time.
INSERT INTO words (words, rank) VALUES ('hashsize', 8388608);
INSERT INTO chars (chars, rank) VALUES ('hashsize', 8388608);
