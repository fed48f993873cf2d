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
INSERT INTO privet.about (format) VALUES (1) ON CONFLICT DO NOTHING;
