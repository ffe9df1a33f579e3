-- Hold any two seats: one command, one commit.
UPDATE seats SET status = 'held', hold_id = gen_random_uuid(), expires_at = now() + interval '10 minutes' WHERE seat_id IN (SELECT seat_id FROM seats WHERE show_id = 2 AND status = 'free' ORDER BY seat_id LIMIT 2 FOR UPDATE SKIP LOCKED) RETURNING seat_id;
