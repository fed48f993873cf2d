-- The tables of a vault, format 3. privet makes them by itself where it may, and a person can with psql.
CREATE SCHEMA IF NOT EXISTS privet;
CREATE TABLE IF NOT EXISTS privet.about (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    format integer NOT NULL
);
-- Which token stands for a value. The blind index is an HMAC, the value is sealed: nothing here can be read.
CREATE TABLE IF NOT EXISTS privet.tokens (
    blind_index bytea PRIMARY KEY CHECK (length(blind_index) = 32),
    index_key bytea NOT NULL CHECK (length(index_key) = 4),
    token bytea NOT NULL UNIQUE,
    ring text NOT NULL,
    sealed bytea NOT NULL
);
-- Until when a value is kept, in milliseconds since 1970; then it is emptied, and its token says that it was one.
ALTER TABLE privet.tokens ADD COLUMN IF NOT EXISTS until bigint NOT NULL DEFAULT 9223372036854775807;
CREATE INDEX IF NOT EXISTS tokens_by_time ON privet.tokens (until)
    WHERE until < 9223372036854775807 AND sealed <> ''::bytea;
-- By what else a token is found: the blind index under a younger key, for the time when the eldest is disabled.
CREATE TABLE IF NOT EXISTS privet.indexes (
    blind_index bytea PRIMARY KEY CHECK (length(blind_index) = 32),
    index_key bytea NOT NULL CHECK (length(index_key) = 4),
    token bytea NOT NULL
);
CREATE INDEX IF NOT EXISTS indexes_by_token ON privet.indexes (token);
-- Subjects' own keys, each wrapped by the key of an epoch, which is not here.
CREATE TABLE IF NOT EXISTS privet.subjects (
    subject bytea PRIMARY KEY CHECK (length(subject) = 32),
    key_id bytea NOT NULL UNIQUE CHECK (length(key_id) = 16),
    ring text NOT NULL,
    epoch bytea NOT NULL CHECK (length(epoch) = 4),
    wrapped bytea NOT NULL
);
-- Whose a token's value is; it may be of several.
CREATE TABLE IF NOT EXISTS privet.subject_tokens (
    subject bytea NOT NULL CHECK (length(subject) = 32),
    token bytea NOT NULL,
    PRIMARY KEY (subject, token)
);
CREATE INDEX IF NOT EXISTS subject_tokens_by_token ON privet.subject_tokens (token);
-- Who is forgotten, and until when records are of somebody who is not to come back, in milliseconds since 1970.
CREATE TABLE IF NOT EXISTS privet.tombstones (
    subject bytea PRIMARY KEY CHECK (length(subject) = 32),
    ring text NOT NULL,
    forgotten bigint NOT NULL
);
-- The newest version of each key ring that was seen, and SHA-256 of its document: an older one is not believed again.
CREATE TABLE IF NOT EXISTS privet.rings (
    ring text PRIMARY KEY,
    version bigint NOT NULL,
    content bytea NOT NULL CHECK (length(content) = 32)
);
INSERT INTO privet.about (format) VALUES (3) ON CONFLICT (one) DO UPDATE SET format = 3 WHERE about.format IN (1, 2);
