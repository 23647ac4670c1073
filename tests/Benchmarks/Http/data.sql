-- Fills a database in which 'load%' have signed up over the API, while no silo runs on it. Everything is in the past.
-- Ids are UUIDs of version 7 made from a number, so that every run has the same ones.
CREATE FUNCTION bench_id(kind int, n bigint, at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(kind), 3, '0')
        || '8' || substr(md5(kind || '/' || n), 1, 15))::uuid
$$;

-- 100,000 people, of whom the first 2,000 have 10 posts each.
INSERT INTO users (id, handle, email, display_name, bio, locale, followers, created_at, version)
SELECT bench_id(1, n, '2026-01-01'), 'sql' || n, 'sql' || n || '@bench.example', 'Sql ' || n, 'Mostly denim, sometimes linen', 'en',
    0, '2026-01-01', 1
FROM generate_series(1, 100000) n;

INSERT INTO posts (id, author_id, created_at, likes, comments, shares, saves, version)
SELECT bench_id(2, n, at), bench_id(1, n % 2000 + 1, '2026-01-01'), at, 0, 0, 0, 0, 1
FROM (SELECT n, timestamptz '2026-02-01' + n * interval '1 second' FROM generate_series(1, 20000) n) p (n, at);

INSERT INTO post_contents (post_id, caption, photo_ids, items, tags, mentions)
SELECT id, 'Third autumn with this trench coat and it only gets better #ootd #vintage', '{}', '[]', '{ootd,vintage}', '{}' FROM posts;

INSERT INTO post_tags (tag, post_id) SELECT tag, id FROM posts, unnest(ARRAY['ootd', 'vintage']) tag;

-- 2,000 of those who signed up follow 500 authors each, not the same ones.
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT r.id, bench_id(1, (r.n * 37 + f) % 2000 + 1, '2026-01-01'), '2026-02-01'
FROM (SELECT id, row_number() OVER (ORDER BY handle) n FROM users WHERE handle LIKE 'load%' ORDER BY handle LIMIT 2000) r,
    generate_series(1, 500) f;

-- The last two who signed up publish: one has 10 followers, the other 1,000,000.
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT bench_id(3, n, '2026-01-01'), a.id, timestamptz '2026-01-01' + n * interval '1 second'
FROM (SELECT id, row_number() OVER (ORDER BY handle DESC) n FROM users WHERE handle LIKE 'load%' ORDER BY handle DESC LIMIT 2) a (id, k),
    LATERAL generate_series(1, CASE k WHEN 1 THEN 1000000 ELSE 10 END) n;

UPDATE users SET followers = (SELECT count(*) FROM follows WHERE followee_id = users.id), version = version + 1
WHERE id IN (SELECT DISTINCT followee_id FROM follows);
