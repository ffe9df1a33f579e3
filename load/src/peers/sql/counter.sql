-- Hold one standing place: the counter and the hold in one statement, one commit.
WITH taken AS (UPDATE areas SET free = free - 1 WHERE area_id = 1 AND free >= 1 RETURNING area_id) INSERT INTO holds SELECT gen_random_uuid(), area_id, 1, now() + interval '10 minutes' FROM taken;
