-- Items as they were fetched, never edited. Times are ISO 8601 in UTC, to the microsecond.
CREATE TABLE items (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,          -- hash of title and text, or of the address where text is short
    source TEXT NOT NULL,
    outlet TEXT NOT NULL,
    locale TEXT NOT NULL,
    hed TEXT NOT NULL,
    dek TEXT NOT NULL,
    byline TEXT NOT NULL,
    text TEXT NOT NULL,
    published TEXT,
    first_seen TEXT NOT NULL,
    evidence_url TEXT NOT NULL,
    evidence_time TEXT NOT NULL,
    evidence_sha256 TEXT NOT NULL,  -- of the raw bytes that were read
    evidence_record TEXT,
    folded TEXT NOT NULL,           -- for what an index of words cannot find
    UNIQUE (outlet, content)        -- one outlet's copy; another's is news of its spread
);

CREATE INDEX items_by_time ON items (coalesce(published, first_seen), id);

-- What a source remembers; written in the same transaction as its items.
CREATE TABLE memories (
    source TEXT PRIMARY KEY,
    etag TEXT NOT NULL,
    last_modified TEXT NOT NULL,
    body TEXT NOT NULL
) WITHOUT ROWID;

-- Words, and pairs of neighbouring Han characters; rowid is items.seq.
CREATE VIRTUAL TABLE words USING fts5 (
    body, content = '', tokenize = 'unicode61 remove_diacritics 2'
);
