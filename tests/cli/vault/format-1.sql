-- The tables of a vault, format 1. privet makes them by itself where it may, and a person can with psql.
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
INSERT INTO privet.about (format) VALUES (1) ON CONFLICT DO NOTHING;
