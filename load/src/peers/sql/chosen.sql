-- Hold and confirm a chosen seat that nobody else wants: two commands, two commits.
\set n :n + 1
\set seat :client_id * 10000 + mod(:n, 10000) + 1
UPDATE seats SET status = 'held', hold_id = gen_random_uuid(), expires_at = now() + interval '10 minutes' WHERE seat_id = :seat AND (status = 'free' OR (status = 'held' AND expires_at < now()));
UPDATE seats SET status = 'sold', expires_at = NULL WHERE seat_id = :seat AND status = 'held' AND expires_at >= now();
