-- A follower may be split into shards: each takes in the streams that fall to it, and is a row of its own.
SET ROLE antiphon_owner;

ALTER TABLE antiphon.followers
    ADD COLUMN shard int NOT NULL DEFAULT 0,
    DROP CONSTRAINT followers_pkey,
    ADD PRIMARY KEY (name, version, shard);
-- What reaches all shards may be parked by several.
ALTER TABLE antiphon.parked
    ADD COLUMN shard int NOT NULL DEFAULT 0,
    DROP CONSTRAINT parked_pkey,
    ADD PRIMARY KEY (follower, version, shard, position);
RESET ROLE;
